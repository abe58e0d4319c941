import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { MINUTE, newWorld, START, zipOf } from './lambda-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.close();
});

describe('an invocation that waits', () => {
  it('runs the uploaded code with the environment, the context and the time that Lambda gives', async () => {
    await world.deploy(
      'greet',
      `export const handler = async ({ name }, context) => ({
         greeting: 'Hello ' + name,
         function: context.functionName,
         arn: context.invokedFunctionArn,
         left: context.getRemainingTimeInMillis(),
         now: new Date().toISOString(),
         isDate: new Date() instanceof Date && new Date(0).getTime() === 0,
         region: process.env.AWS_REGION,
         stage: process.env.STAGE,
         leak: process.env.HOME,
       });`,
      { Timeout: 7, Environment: { Variables: { STAGE: 'test' } } },
    );
    await world.pass(90 * MINUTE);
    expect(await world.call('greet', { name: 'Ada' })).toEqual({
      error: undefined,
      result: {
        greeting: 'Hello Ada',
        function: 'greet',
        arn: 'arn:aws:lambda:eu-central-1:123456789012:function:greet',
        left: 7000,
        now: new Date(START + 90 * MINUTE).toISOString(),
        isDate: true,
        region: 'eu-central-1',
        stage: 'test',
      },
    });
  });

  it('finds CommonJS handlers in folders, with other modules and a callback', async () => {
    await world.deploy('old', '', {
      Handler: 'src/app.main',
      Runtime: 'nodejs20.x',
      Code: {
        ZipFile: zipOf({
          'src/app.js': `const { twice } = require('./lib'); exports.main = (e, c, done) => done(null, twice(e.n));`,
          'src/lib.js': `exports.twice = (n) => 2 * n;`,
        }),
      },
    });
    expect(await world.call('old', { n: 21 })).toEqual({ error: undefined, result: 42 });
  });

  it('reports what the handler throws, and keeps the environment', async () => {
    await world.deploy(
      'throws',
      `let n = 0; export const handler = async () => { if (n++ === 0) throw new TypeError('bad input'); return n; };`,
    );
    expect(await world.call('throws')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'TypeError', errorMessage: 'bad input', trace: expect.any(Array) as unknown },
    });
    expect(await world.call('throws')).toEqual({ error: undefined, result: 2 });
  });

  it('stops time for as long as it runs', async () => {
    await world.deploy(
      'slow',
      `export const handler = async () => {
         const before = Date.now();
         for (const end = performance.now() + 30; performance.now() < end; );
         return Date.now() - before;
       };`,
    );
    world.cloud.clock.after(1000, () => undefined);
    const [answer] = await Promise.all([world.call('slow'), world.pass(MINUTE)]);
    expect(answer.result).toBe(0);
  });
});

describe('an environment that ends', () => {
  it.each([
    ['process.exit(3)', 'Runtime.ExitError', /RequestId: .* Error: Runtime exited with error: exit status 3/],
    [
      'void Promise.reject(new Error("lost")); await new Promise(() => {});',
      'Runtime.UnhandledPromiseRejection',
      /lost/,
    ],
    [
      'setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});',
      'Runtime.UncaughtException',
      /late/,
    ],
  ])('is reported as Lambda does and replaced: %s', async (fault, errorType, message) => {
    await world.deploy(
      'fragile',
      `let n = 0; export const handler = async ({ fail }) => { n++; if (fail) { ${fault} } return n; };`,
    );
    expect(await world.call('fragile')).toMatchObject({ result: 1 });
    expect(await world.call('fragile', { fail: true })).toMatchObject({
      error: 'Unhandled',
      result: { errorType, errorMessage: expect.stringMatching(message) as unknown },
    });
    expect(await world.call('fragile')).toMatchObject({ result: 1 });
  });

  it('is one that cannot load its code', async () => {
    await world.deploy('lacking', `import 'not-there'; export const handler = async () => 1;`);
    expect(await world.call('lacking')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'Runtime.ImportModuleError' },
    });
    await world.deploy('unnamed', `export const other = async () => 1;`);
    expect(await world.call('unnamed')).toMatchObject({ result: { errorType: 'Runtime.HandlerNotFound' } });
  });

  it('is one that takes longer than its timeout in real time', async () => {
    await world.deploy('endless', `export const handler = async () => { for (;;); };`, { Timeout: 1 });
    const { result, error } = await world.call('endless');
    expect(error).toBe('Unhandled');
    expect(result).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: .* Error: Task timed out after 1.00 seconds$/,
      ) as unknown,
    });
    expect(world.told('invocation')).toMatchObject([{ outcome: 'timed-out' }]);
  });
});

describe('what a function writes', () => {
  it('is in its log group, in its tail, and in the journal', async () => {
    await world.deploy('chatty', `export const handler = async () => { console.warn('about %s', 'this'); };`);
    const { LogResult } = await world.lambda.invoke({ FunctionName: 'chatty', LogType: 'Tail' });
    const tail = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(tail).toMatch(/^START RequestId: .*\n.*WARN\tabout this\nEND RequestId: .*\nREPORT /);
    const { events = [] } = await world.logs.filterLogEvents({
      logGroupName: '/aws/lambda/chatty',
      filterPattern: '"about this" -ERROR',
    });
    expect(events.map(({ message, timestamp }) => [message?.split('\t').at(-1), timestamp])).toEqual([
      ['about this', START],
    ]);
    expect(world.told('log')).toMatchObject([{ group: '/aws/lambda/chatty' }]);
    const { logStreams = [] } = await world.logs.describeLogStreams({ logGroupName: '/aws/lambda/chatty' });
    expect(logStreams[0]?.logStreamName).toMatch(/^2026\/01\/05\/\[\$LATEST\][0-9a-f]{32}$/);
    const { events: lines = [] } = await world.logs.getLogEvents({
      logGroupName: '/aws/lambda/chatty',
      logStreamName: logStreams[0]?.logStreamName,
      startFromHead: true,
    });
    expect(lines).toHaveLength(4);
  });
});

describe('versions and aliases', () => {
  const version = (n: number) => `export const handler = async () => ${n};`;

  it('keep what was published when the code changes', async () => {
    await world.deploy('evolving', version(1));
    const first = await world.lambda.publishVersion({ FunctionName: 'evolving' });
    expect((await world.lambda.publishVersion({ FunctionName: 'evolving' })).Version).toBe(first.Version);
    await world.lambda.createAlias({ FunctionName: 'evolving', Name: 'live', FunctionVersion: '1' });
    expect(await world.call('evolving')).toMatchObject({ result: 1 });
    await world.lambda.updateFunctionCode({
      FunctionName: 'evolving',
      ZipFile: zipOf({ 'index.mjs': version(2) }),
      Publish: true,
    });
    expect(await world.call('evolving')).toMatchObject({ result: 2 });
    expect(await world.call('evolving:live')).toMatchObject({ result: 1 });
    await world.lambda.updateAlias({ FunctionName: 'evolving', Name: 'live', FunctionVersion: '2' });
    expect(await world.call('evolving:live')).toMatchObject({ result: 2 });
    await expect(
      world.lambda.deleteFunction({ FunctionName: 'evolving', Qualifier: '2' }),
    ).rejects.toMatchObject({ name: 'ResourceConflictException' });
    const { Versions = [] } = await world.lambda.listVersionsByFunction({ FunctionName: 'evolving' });
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
  });

  it('see changed settings in the next invocation', async () => {
    await world.deploy('tuned', `export const handler = async () => process.env.MODE ?? 'none';`);
    expect(await world.call('tuned')).toMatchObject({ result: 'none' });
    await world.lambda.updateFunctionConfiguration({
      FunctionName: 'tuned',
      Environment: { Variables: { MODE: 'active' } },
    });
    expect(await world.call('tuned')).toMatchObject({ result: 'active' });
  });
});

describe('what Lambda refuses', () => {
  it.each([
    ['another runtime', { Runtime: 'python3.12' }, 'InvalidParameterValueException'],
    ['too long a timeout', { Timeout: 901 }, 'ValidationException'],
    [
      'reserved variables',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
    ],
    [
      'what is no archive',
      { Code: { ZipFile: new Uint8Array([1, 2, 3]) } },
      'InvalidParameterValueException',
    ],
  ] as const)('%s', async (_what, settings, name) => {
    await expect(world.deploy('bad', '', settings)).rejects.toMatchObject({ name });
  });

  it('a name that is taken, a function that is not there, a payload that is no JSON', async () => {
    await world.deploy('taken', `export const handler = async () => 1;`);
    await expect(world.deploy('taken', '')).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await expect(world.call('absent')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(world.lambda.invoke({ FunctionName: 'taken', Payload: '{' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    await world.lambda.deleteFunction({ FunctionName: 'taken' });
    await expect(world.call('taken')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

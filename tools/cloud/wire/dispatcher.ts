import type { Call, Kernel, Service } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import type { Outlook } from '../weather/calls/call-weather.ts';
import { CallWeather, ConnectionCut } from '../weather/calls/call-weather.ts';
import { undoCompression } from './body.ts';
import { MalformedValue } from './codec/text.ts';
import type { Hold } from './hold.ts';
import type { Shape } from './model/schema.ts';
import type { ServiceModel } from './model/service-model.ts';
import type { Problem } from './problem.ts';
import type { Exchange, Fault, WireReply, WireRequest } from './protocols/exchange.ts';
import { formOf, openExchange } from './protocols/index.ts';
import type { Hosted, ServiceRegistry } from './registry.ts';
import type { Authenticator, Caller } from './signature/authenticator.ts';
import type { ReadSignature } from './signature/read.ts';
import { credentialIn, readSignature } from './signature/read.ts';
import type { Refusal } from './signature/refusals.ts';
import { refused } from './signature/refusals.ts';
import type { Validator } from './validate.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Says no by throwing AWS's error for it.
 *
 * @param unsigned the error for a call that nobody signed and that may not be made so
 */
export type Authorise = (call: Call, input: Members, unsigned: () => AwsError) => void;

export interface DispatcherParts {
  readonly kernel: Kernel;
  readonly registry: ServiceRegistry;
  readonly authenticator: Authenticator;
  /** Checks the inputs of a service, named by its SDK client. */
  readonly validatorOf: (client: string) => Validator;
  readonly authorise: Authorise;
  /** IAM's name of an operation: `actionOf('lambda', 'Invoke')` → `lambda:InvokeFunction`. */
  readonly actionOf: (service: string, operation: string) => string;
  /** Told of errors that are no AWS errors: bugs of the cloud. */
  readonly onBug: (error: unknown, operation: string) => void;
}

/** Answers API calls: finds service and operation, reads the input, asks IAM, calls the service, writes the reply. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #weather: CallWeather;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#weather = new CallWeather(parts.kernel, parts.registry.services, parts.actionOf);
  }

  /**
   * @param hold the request's hold on time, let go while a waiting operation waits, or the reply is late
   * @throws ConnectionCut when there is to be no reply
   */
  async answer(request: WireRequest, endpoint: string, hold: Hold): Promise<WireReply> {
    const read = readSignature(request);
    const reply = await this.#answer(request, read, endpoint, hold);
    const date = new Date(this.#parts.authenticator.callersNow(request, read)).toUTCString();
    const headers = {
      date,
      'x-amzn-requestid': request.id,
      'x-amz-request-id': request.id,
      ...reply.headers,
    };
    return { ...reply, headers };
  }

  async #answer(request: WireRequest, read: ReadSignature, endpoint: string, hold: Hold): Promise<WireReply> {
    const credential = credentialIn(read);
    hold.belongsTo(this.#parts.kernel.workers.request(credential?.accessKeyId));
    const name = credential?.service;
    const { registry } = this.#parts;
    const hosted = name === undefined ? registry.ofUnsigned(request) : registry.bySigningName(name);
    if (hosted === undefined) return unknownService(request, name);
    const model = hosted.model();
    const { exchange, broken } = openDecoded(model, request);
    const refusedFor = (refusal: Refusal) =>
      refused(refusal, formOf(model, request), model.isQueryCompatible);
    try {
      const caller = this.#parts.authenticator.authenticate(request, read);
      if (!('principal' in caller)) throw refusedFor(caller);
      if (broken !== undefined) throw exchange.malformed(broken);
      const call = callOf(hosted, exchange, request, { endpoint, caller });
      const unsigned = () => refusedFor({ kind: 'unsigned' });
      return exchange.reply(await this.#perform(hosted, exchange, call, { hold, unsigned }));
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      return exchange.fault(this.#faultOf(error, model, exchange));
    }
  }

  async #perform(
    { service }: Hosted,
    exchange: Exchange,
    call: Call,
    on: { hold: Hold; unsigned: () => AwsError },
  ): Promise<Members> {
    const input = readInput(exchange, call, this.#parts.validatorOf(service.client));
    const { output, outlook } = await this.#carryOut(service, exchange, { call, input, ...on });
    if (outlook.takes > 0) await on.hold.wait(outlook.takes);
    if (outlook.losesReply) throw new ConnectionCut('The reply was lost.');
    return output;
  }

  /** Carries an operation out, as the weather lets it, and has the journal say so. */
  async #carryOut(
    service: Service,
    exchange: Exchange,
    { call, input, hold, unsigned }: { call: Call; input: Members; hold: Hold; unsigned: () => AwsError },
  ): Promise<{ output: Members; outlook: Outlook }> {
    try {
      const operation = service.operations[call.operation];
      if (operation === undefined) throw notProvided(call);
      this.#parts.authorise(call, input, unsigned);
      const outlook = this.#weather.meet(service, call, input);
      const pending = (outlook.operation ?? operation)(input as never, call);
      const output = service.waiting?.has(call.operation)
        ? await hold.until(Promise.resolve(pending))
        : await pending;
      this.#record(call, input);
      return { output: (output ?? {}) as Members, outlook };
    } catch (thrown) {
      const error = refusalOf(thrown, exchange);
      // A call that never arrived is none.
      if (!(error instanceof ConnectionCut)) this.#record(call, input, error);
      throw error;
    }
  }

  #record(call: Call, input: Members, error?: unknown): void {
    const action = this.#parts.actionOf(call.service, call.operation);
    const code =
      error === undefined ? {} : { error: error instanceof AwsError ? error.code : 'InternalFailure' };
    this.#parts.kernel.journal.record({
      kind: 'api-call',
      action,
      principal: call.principal,
      input,
      ...code,
    });
  }

  #faultOf(error: unknown, model: ServiceModel, exchange: Exchange): Fault {
    if (error instanceof AwsError) return awsFault(error, model);
    this.#parts.onBug(error, `${model.id}.${exchange.asked}`);
    const name = 'InternalFailure';
    const message = 'The request processing has failed because of an unknown error, exception or failure.';
    return { name, code: name, message, status: 500, side: 'server', model: undefined, fields: {} };
  }
}

/** S3 keeps compressed objects as they are; everyone else's inputs are unpacked. */
function openDecoded(model: ServiceModel, request: WireRequest): { exchange: Exchange; broken?: string } {
  if (model.protocol === 'restXml') return { exchange: openExchange(model, request) };
  try {
    const body = undoCompression(request.headers, request.body);
    return { exchange: openExchange(model, { ...request, body }) };
  } catch (error) {
    if (!(error instanceof MalformedValue)) throw error;
    return { exchange: openExchange(model, { ...request, body: Buffer.alloc(0) }), broken: error.message };
  }
}

function readInput(exchange: Exchange, call: Call, validator: Validator): Members {
  const { operation } = exchange;
  if (operation === undefined) throw unknownOperation(call);
  const { input, problems } = checkedInput(exchange, operation.input, validator);
  if (problems.length > 0) throw exchange.invalid(problems);
  return (input ?? {}) as Members;
}

function checkedInput(
  exchange: Exchange,
  shape: Shape,
  validator: Validator,
): { input: unknown; problems: readonly Problem[] } {
  try {
    const input = exchange.input();
    if (shape.kind !== 'structure') return { input: {}, problems: [] };
    return { input, problems: validator.problems(shape, input) };
  } catch (error) {
    throw refusalOf(error, exchange);
  }
}

/** What a request is to blame for, as an error of AWS: values that cannot be read, and such as nest without end. */
function refusalOf(error: unknown, exchange: Exchange): unknown {
  if (error instanceof MalformedValue) return exchange.malformed(error.message);
  const isOverflow = error instanceof RangeError && error.message.startsWith('Maximum call stack size');
  return isOverflow ? exchange.malformed('The request is nested too deeply.') : error;
}

function awsFault(error: AwsError, model: ServiceModel): Fault {
  const known = model.errors.get(error.code);
  const side = known?.fault ?? ((error.status ?? 400) >= 500 ? 'server' : 'client');
  return {
    name: known?.name ?? error.code,
    code: known?.code ?? error.code,
    message: error.message,
    status: error.status ?? known?.status ?? 400,
    side,
    model: known,
    fields: error.fields,
  };
}

function unknownOperation({ service, operation }: Call): AwsError {
  return new AwsError('NotImplemented', `${service} has no operation ${operation}.`, { status: 501 });
}

function notProvided({ service, operation }: Call): AwsError {
  return new AwsError('NotImplemented', `The local cloud does not provide ${service}:${operation}.`, {
    status: 501,
  });
}

function callOf(
  { entry }: Hosted,
  exchange: Exchange,
  request: WireRequest,
  { endpoint, caller }: { endpoint: string; caller: Caller },
): Call {
  return {
    service: entry.iamPrefix,
    operation: exchange.asked,
    ...caller,
    requestId: request.id,
    endpoint,
  };
}

function unknownService(request: WireRequest, signingName: string | undefined): WireReply {
  const name = signingName ?? `${request.method} ${request.path}`;
  const message = `The local cloud has no service for ${name}.`;
  return {
    status: 501,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'NotImplemented' },
    body: JSON.stringify({ __type: 'NotImplemented', message }),
  };
}

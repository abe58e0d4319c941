import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databaseProblem } from '../../../tools/cli/bake/remote-database.ts';

const problem = (host: string, { addresses = ['10.0.1.7'], running = [] as string[] } = {}) =>
  databaseProblem({ host, addresses, running });

describe('a database is remote', () => {
  it.each([
    'db.internal',
    'shop.abc.eu-central-1.rds.amazonaws.com:3306',
    '10.0.9.9',
    '"db.internal"\n',
    '2001:db8::1',
  ])('at %j', (host) => expect(problem(host)).toBeUndefined());
});

describe('a database is not remote', () => {
  it.each([
    'localhost',
    'LOCALHOST:3306',
    '127.0.0.1',
    '127.8.9.1:3306',
    '::1',
    '[::1]:3306',
    '/run/mysqld/mysqld.sock',
    '10.0.1.7',
    "'localhost'",
  ])('at %j', (host) =>
    expect(problem(host)).toMatch(/which is the instance itself: point it to a database/),
  );

  it('when nobody says where it is', () => {
    expect(problem(' \n')).toMatch(/printed nothing/);
  });

  it('when a server runs on the image, wherever the application connects', () => {
    fc.assert(
      fc.property(fc.string(), (host) => {
        expect(problem(host, { running: ['mysqld'] })).toMatch(/^mysqld runs on the image/);
      }),
    );
  });
});

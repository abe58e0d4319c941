/**
 * A port with a boundary around each of its methods.
 *
 * @param name  of the port, for the names of its calls
 * @param pass  gets each call's name, `port.method`, and what makes it
 */
export function boundary<Port extends object>(
  name: string,
  port: Port,
  pass: (call: string, make: () => unknown) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        pass(`${name}.${String(key)}`, () => member.apply(target, args) as unknown);
    },
  });
}

/** Runs shorter than this pass in silence. */
const PATIENCE = 2000;

/**
 * Says on a stream how far a long run is: on a terminal in one line that is written over, elsewhere a line now and then.
 */
export function progressOn(stream: NodeJS.WriteStream) {
  const started = performance.now();
  let last = started;
  let isOpen = false;
  return (done: number, of: number, what: string): void => {
    const now = performance.now();
    if (done === of) {
      if (isOpen && stream.isTTY) stream.write('\r\u001b[2K');
      return;
    }
    if (now - last < PATIENCE) return;
    last = now;
    isOpen = true;
    const text = `${done} of ${of} done after ${Math.round((now - started) / 1000)} s: ${what} …`;
    stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
  };
}

/** Where a run is printed: lines that stay, and below them, on a terminal, one that says where it stands. */
export interface Terminal {
  print(text: string): void;
  /** Says where the run stands; nothing where there is no terminal. */
  progress(text: string): void;
}

const TO_START = '\r';
const ERASE_LINE = '\u001b[2K';

export function terminalOn(stream: NodeJS.WriteStream): Terminal {
  let standing = '';
  const width = () => stream.columns - 1;
  const write = (text: string) => void stream.write(text);
  if (!stream.isTTY) return { print: (text) => write(`${text}\n`), progress: () => undefined };
  return {
    print: (text) => write(`${TO_START}${ERASE_LINE}${text}\n${standing}`),
    progress(text) {
      standing = text.slice(0, width());
      write(`${TO_START}${ERASE_LINE}${standing}`);
    },
  };
}

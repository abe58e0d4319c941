import { describe, expect, it } from 'vitest';
import { commandAfter, commandSent } from '../../../../../shared/policy/drain/command.ts';

const noteAfter = (exitCode: number) =>
  commandAfter(commandSent('c1'), { status: 'failed', exitCode, output: '' }).note;

describe('a drain command that fails is told', () => {
  it('by its exit code alone, which is for its author to know', () => {
    expect(noteAfter(3)).toBe('Its drain command exited with 3.');
  });

  it('in words where it has not even begun: a shell has two codes for that', () => {
    expect(noteAfter(127)).toMatch(/exited with 127: there is no such command on the instance/);
    expect(noteAfter(126)).toMatch(/exited with 126: what it names cannot be executed/);
  });
});

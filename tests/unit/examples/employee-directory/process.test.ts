import { describe, expect, it } from 'vitest';
import { configFrom, ConfigError } from '../../../../examples/employee-directory/config.ts';
import { Readiness } from '../../../../examples/employee-directory/health.ts';
import { kindOf, typeOfKey } from '../../../../examples/employee-directory/photos/kind.ts';

describe('the environment', () => {
  it('needs a table and a bucket, and nothing else', () => {
    expect(configFrom({ DIRECTORY_TABLE: 'people', DIRECTORY_BUCKET: 'photos' })).toEqual({
      table: 'people',
      bucket: 'photos',
      port: 8080,
      host: '0.0.0.0',
      readyCacheMs: 5000,
      drainNoticeMs: 0,
    });
  });

  it('is refused with every variable that is wrong, by name', () => {
    expect(() => configFrom({ PORT: '70000', READY_CACHE_SECONDS: 'soon' })).toThrow(ConfigError);
    expect(() => configFrom({ PORT: '70000', READY_CACHE_SECONDS: 'soon' })).toThrow(
      /DIRECTORY_TABLE: .*\nDIRECTORY_BUCKET: .*\nPORT: .*\nREADY_CACHE_SECONDS: /,
    );
  });
});

describe('readiness', () => {
  const world = () => {
    const state = { now: 0, asked: 0, fails: false };
    const reach = async () => {
      state.asked++;
      if (state.fails) throw new Error('no way there');
    };
    return { state, readiness: new Readiness(reach, 5000, () => state.now) };
  };

  it('is asked for once in five seconds, however often anyone wants to know', async () => {
    const { state, readiness } = world();
    await Promise.all([readiness.problem(), readiness.problem()]);
    state.now = 4999;
    await readiness.problem();
    expect(state.asked).toBe(1);
    state.now = 5000;
    await readiness.problem();
    expect(state.asked).toBe(2);
  });

  it('says why it is not there, and comes back by itself', async () => {
    const { state, readiness } = world();
    state.fails = true;
    expect(await readiness.problem()).toBe('Error: no way there');
    state.fails = false;
    expect(await readiness.problem()).toBe('Error: no way there');
    state.now = 5000;
    expect(await readiness.problem()).toBeUndefined();
  });

  it('is over at once when draining begins, whatever was answered before', async () => {
    const { readiness } = world();
    expect(await readiness.problem()).toBeUndefined();
    readiness.drain();
    expect(await readiness.problem()).toBe('draining');
  });
});

describe('photos', () => {
  it('are known by their first bytes', () => {
    expect(kindOf(Buffer.from('ffd8ffe000', 'hex'))?.type).toBe('image/jpeg');
    expect(kindOf(Buffer.from('89504e470d0a1a0a00', 'hex'))?.type).toBe('image/png');
    expect(kindOf(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))?.type).toBe('image/webp');
    for (const other of ['', 'GIF89a', '<svg xmlns="">', 'RIFF\0\0\0\0WAVE', '\u0089PNG'])
      expect(kindOf(Buffer.from(other))).toBeUndefined();
  });

  it('are served as what they were taken for', () => {
    expect(typeOfKey('photos/a.webp')).toBe('image/webp');
    expect(typeOfKey('photos/a.html')).toBe('application/octet-stream');
  });
});

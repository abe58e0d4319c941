'use strict';
// The boot script of a profile, as it goes into UserData: the agent on the instance first, then what the profile brings.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { gzipSync } = require('node:zlib');

const BOOT_ROOT = '${BOOT_ROOT:-}';
const AGENT = join(__dirname, '..', 'examples', 'agent', 'evenkeel-agent');

/** A boot script that finds the agent installed, below BOOT_ROOT where that is set. */
const withAgent = (text) => `agent=$(mktemp)
cat >"$agent" <<'END_OF_AGENT'
${readFileSync(AGENT, 'utf8')}END_OF_AGENT
EVENKEEL_ROOT="${BOOT_ROOT}" sh "$agent" install || { echo 'evenkeel: boot failed: the agent cannot be installed' >&2; exit 1; }
rm "$agent"
${text}`;

/** EC2 takes 16,384 bytes of UserData: what stands before the script needs some of them. */
const MOST = 15_000;

/** A script that is too long is sent compressed, and unpacked by the shell that it is part of. */
const fitting = (text, path) => {
  if (Buffer.byteLength(text) <= MOST) return text;
  const code = gzipSync(text, { level: 9 }).toString('base64');
  const packed = `base64 -d <<'END' | gunzip >/root/boot.sh\n${code}\nEND\nbash /root/boot.sh\n`;
  if (packed.length <= MOST) return packed;
  throw new Error(
    `${path} is too long for UserData even compressed (${packed.length} bytes, ${MOST} fit): shorten it`,
  );
};

/** Serverless would take the shell's `${name:-value}` for a variable of its own. */
const escaped = (text) => text.replaceAll('${', '\\${');

module.exports.script = async ({ resolveVariable }) => {
  const path = join(__dirname, '..', await resolveVariable('self:custom.profile.boot'));
  return escaped(fitting(withAgent(readFileSync(path, 'utf8')), path));
};

module.exports.withAgent = withAgent;

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';

const script = readFileSync('examples/wordpress/boot.sh', 'utf8');
const agent = readFileSync('examples/agent/evenkeel-agent', 'utf8');

let wordpress: Template;
let lines: string[];

beforeAll(async () => {
  const params = { domain: 'www.example.com' };
  wordpress = (await packagedTemplate({ profile: 'wordpress', stage: 'dev', params })).body;
  lines = userData(wordpress).split('\n');
}, 60_000);

/** The launch template's UserData, with each reference in it as its name. */
function userData(template: Template): string {
  const { LaunchTemplateData } = template.Resources.LaunchTemplate?.Properties as {
    LaunchTemplateData: { UserData: { 'Fn::Base64': { 'Fn::Join': [string, (string | object)[]] } } };
  };
  const [, parts] = LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'];
  return parts
    .map((part) => (typeof part === 'string' ? part : ((part as { 'Fn::Sub'?: string })['Fn::Sub'] ?? '')))
    .join('');
}

describe('what an instance of wordpress is given to start with', () => {
  it('fits into what EC2 takes, with names as long as AWS makes them', () => {
    const references = lines.join('\n').match(/\$\{/g) ?? [];
    expect(lines.join('\n').length + references.length * 120).toBeLessThan(16_384);
  });

  it('is the agent on the instance, and then the boot script as it stands here', () => {
    const packed = lines[lines.indexOf('END') - 1] ?? '';
    const unpacked = gunzipSync(Buffer.from(packed, 'base64')).toString();
    expect(unpacked).toContain(agent);
    expect(unpacked.endsWith(`rm "$agent"\n${script}`)).toBe(true);
  });

  it('tells the script all that it asks for', () => {
    const [, asked = ''] = /require_settings (REGION SITE_URL .*)/.exec(script) ?? [];
    expect(asked.split(' ').length).toBeGreaterThan(5);
    const told = lines.flatMap((line) => /^export (\w+)='.+'$/.exec(line)?.[1] ?? []);
    expect(told).toEqual(expect.arrayContaining(asked.split(' ').map((name) => `EVENKEEL_${name}`)));
    expect(lines).toContain("export EVENKEEL_SITE_URL='http://www.example.com'");
  });

  it('is for an instance that finds its file system and may reach its database', () => {
    const { DependsOn = [] } = wordpress.Resources.Group ?? {};
    expect(DependsOn).toEqual(
      expect.arrayContaining(['UploadsInZoneA', 'UploadsInZoneB', 'InstanceToUploads', 'InstanceToDatabase']),
    );
  });
});

import { createHash } from 'node:crypto';
import type { EC2 } from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { missingParameter } from './errors.ts';
import type { KeyPairRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

/** Key pairs as records: nobody logs in to these instances, so the key material opens nothing. */
export function keyPairOperations(network: Network) {
  return {
    CreateKeyPair: (input) => {
      const material = `-----BEGIN RSA PRIVATE KEY-----\n${network.kernel.ids.hex(64)}\n-----END RSA PRIVATE KEY-----`;
      const tags = tagsFor('key-pair', input.TagSpecifications);
      const pair = addKeyPair(network, input.KeyName, material, input.KeyType ?? 'rsa', tags);
      return { ...network.keyPairs.tagged(pair), KeyMaterial: material };
    },
    ImportKeyPair: (input) => {
      if (input.PublicKeyMaterial === undefined) throw missingParameter('PublicKeyMaterial');
      const material = Buffer.from(input.PublicKeyMaterial).toString('base64');
      const tags = tagsFor('key-pair', input.TagSpecifications);
      return network.keyPairs.tagged(addKeyPair(network, input.KeyName, material, 'rsa', tags));
    },
    DescribeKeyPairs: (input) => {
      const named = (input.KeyNames ?? []).map((name) => byName(network, name).KeyPairId);
      const { items } = network.keyPairs.describe({
        ids: [...(input.KeyPairIds ?? []), ...named],
        filters: input.Filters,
      });
      return { KeyPairs: items };
    },
    DeleteKeyPair: (input) => {
      // Deleting a key pair that does not exist succeeds.
      const pair = [...network.keyPairs.values()].find(
        ({ KeyName, KeyPairId }) => KeyName === input.KeyName || KeyPairId === input.KeyPairId,
      );
      if (pair !== undefined) network.keyPairs.delete(pair.KeyPairId);
      return { Return: true, ...(pair === undefined ? {} : { KeyPairId: pair.KeyPairId }) };
    },
  } satisfies Operations<EC2>;
}

function byName(network: Network, name: string): KeyPairRecord {
  const [pair] = network.keyPairs.where(({ KeyName }) => KeyName === name);
  if (pair === undefined)
    throw new AwsError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
  return pair;
}

function addKeyPair(
  network: Network,
  name: string | undefined,
  material: string,
  type: NonNullable<KeyPairRecord['KeyType']>,
  tags: [string, string][],
): KeyPairRecord {
  if (name === undefined) throw missingParameter('KeyName');
  if (network.keyPairs.where(({ KeyName }) => KeyName === name).length > 0)
    throw new AwsError('InvalidKeyPair.Duplicate', `The keypair already exists`);
  const digest = createHash('sha1').update(material).digest('hex');
  return network.keyPairs.add(
    {
      KeyPairId: network.newId('key'),
      KeyName: name,
      KeyType: type,
      KeyFingerprint: digest.replace(/(..)(?!$)/g, '$1:'),
      CreateTime: network.kernel.clock.date(),
    },
    tags,
  );
}

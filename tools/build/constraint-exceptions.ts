/** Rules of AWS's models that its services do not keep: enforcing them would refuse what AWS accepts. */
export interface Exception {
  readonly rules: readonly ('enum' | 'pattern' | 'length' | 'range')[];
  readonly why: string;
}

/** By service, as its SDK client calls it, and by shape of botocore's model. */
export const NOT_ENFORCED: Readonly<Record<string, Readonly<Record<string, Exception>>>> = {
  EventBridge: {
    HeaderValue: {
      rules: ['pattern'],
      why: 'A row of blanks makes it backtrack for hours; headers are for API destinations, which the cloud has not.',
    },
  },
  EFS: {
    Path: {
      rules: ['pattern'],
      why: 'It repeats a lookahead, which is no regular expression of ECMAScript.',
    },
  },
  EC2: {
    InstanceType: {
      rules: ['enum'],
      why: 'Grows every month; EC2 checks it against what its zones offer, as our EC2 does, with an error of its own.',
    },
    ImageNameRequest: {
      rules: ['length'],
      why: 'EC2 answers InvalidAMIName.Malformed, as our EC2 does.',
    },
  },
};

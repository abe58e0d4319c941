import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inDependencyOrder,
  referencesIn,
} from '../../../../tools/cloud/services/cloudformation/template/dependencies.ts';

describe('references of a value', () => {
  it('are found in Ref, Fn::GetAtt and Fn::Sub, however deep', () => {
    const value = {
      a: [{ Ref: 'A' }, { 'Fn::GetAtt': ['B', 'Arn'] }],
      s: { 'Fn::Sub': ['${C}-${D.E.F}-${!Not}-${own}', { own: { Ref: 'G' } }] },
    };
    expect(referencesIn(value, () => true)).toEqual([
      { name: 'A' },
      { name: 'B', attribute: 'Arn' },
      { name: 'C' },
      { name: 'D', attribute: 'E.F' },
      { name: 'G' },
    ]);
  });

  it('are those of the branch taken only', () => {
    const value = { 'Fn::If': ['Wide', { Ref: 'A' }, { Ref: 'B' }] };
    expect(referencesIn(value, (name) => name !== 'Wide')).toEqual([{ name: 'B' }]);
  });
});

describe('dependency order', () => {
  it('has each after all it depends on, once', () => {
    const graphs = fc
      .array(fc.array(fc.nat({ max: 19 }), { maxLength: 5 }), { minLength: 1, maxLength: 20 })
      .map(
        (edges) =>
          new Map(
            edges.map((to, from) => [`n${from}`, new Set(to.filter((n) => n < from).map((n) => `n${n}`))]),
          ),
      );
    fc.assert(
      fc.property(graphs, (graph) => {
        const order = inDependencyOrder(graph);
        expect([...order].sort()).toEqual([...graph.keys()].sort());
        for (const [name, others] of graph) {
          for (const other of others) expect(order.indexOf(other)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  it('names the members of a circle, and only those', () => {
    const graph = new Map([
      ['A', new Set(['B'])],
      ['B', new Set(['C'])],
      ['C', new Set(['B'])],
    ]);
    expect(() => inDependencyOrder(graph)).toThrow('Circular dependency between resources: [B, C]');
  });
});

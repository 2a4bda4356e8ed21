import { type DemoOptions, startDemo } from '../../src/demo/index.ts';
import { type JsonRpc, jsonRpc } from './json-rpc.ts';

/** The demo's simulated subnet, in this process. */
export interface DemoNode {
  readonly url: string;
  readonly rpc: JsonRpc;
  incident(name: string, args?: Record<string, unknown>): Promise<void>;
  /** Makes blocks now; with `blockMs: 0` there are no others. */
  step(blocks?: number): void;
  finalized(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startDemoNode(options: DemoOptions = {}): Promise<DemoNode> {
  const demo = await startDemo(options);
  const rpc = jsonRpc(demo.url);
  return {
    url: demo.url,
    rpc,
    incident: async (name, args) => {
      await demo.incident(name, args);
    },
    step: (blocks) => {
      demo.step(blocks);
    },
    finalized: () => demo.state().finalized.number,
    [Symbol.asyncDispose]: async () => {
      await demo.close();
    },
  };
}

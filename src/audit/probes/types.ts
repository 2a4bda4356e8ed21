import type { AuditSource, Fetcher } from '../adapter.ts';
import type { Micros } from '../types.ts';

export const PROBE_KINDS = ['chat', 'completion', 'image', 'speech', 'embedding'] as const;

/** What is asked: Chutes' own names are chat, completion, image, tts and embedding. */
export type ProbeKind = (typeof PROBE_KINDS)[number];

/**
 * How an attempt came out. `pending`: nothing was heard of it yet; `unfinished`: the stream ended before anything was heard of it.
 */
export type AttemptOutcome = 'pending' | 'succeeded' | 'failed' | 'unfinished';

/** One try of a request at one instance, as the trace told it. */
export interface Attempt {
  /** Id of this attempt: what an export calls `invocation_id`. */
  readonly childId: string;
  readonly instanceId: string;
  readonly minerUid: number | null;
  readonly minerHotkey: string;
  readonly minerColdkey: string;
  readonly function: string;
  readonly chuteId: string;
  readonly at: Micros | null;
  readonly outcome: AttemptOutcome;
  /** Why it failed, as it was told; bounded. */
  readonly error: string | null;
}

/** Everything that one answered request showed of its route. */
export interface Route {
  /** Id of the request. */
  readonly parentId: string | null;
  /** In the order in which they began. */
  readonly attempts: readonly Attempt[];
  /** Answered from a cache: no instance was asked. */
  readonly cached: boolean;
  /** Why the whole request failed: `no_targets`, `infra_overload` … `null` when it did not. */
  readonly error: string | null;
  /** What the trace said that cannot all be true, a line each: kept, never resolved by a guess. */
  readonly contradictions: readonly string[];
}

/** What a request gave. */
export interface ProbeOutput {
  /** `text/plain`, `image/png`, … : told by the bytes where they tell it, never by the answer's header alone. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Cut at the bound. */
  readonly cut: boolean;
}

/** Something that can be asked: a model or application that its publisher lists. */
export interface ProbeTarget {
  readonly kind: ProbeKind;
  readonly id: string;
  readonly name: string;
  /** Its own part of the address, where it has one. */
  readonly slug: string;
}

/** One request, ready to be sent. */
export interface ProbeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** What it asks, for people. */
  readonly shown: string;
}

/** Where requests go. */
export interface ProbePlaces {
  readonly gatewayUrl: string;
  /** With `{slug}` in it. */
  readonly chuteUrl: string;
}

/** Reads the answer of one request as it comes. */
export interface ProbeReader {
  /** The data of one event of the stream; answers the text that it adds to the output. */
  event(data: string): string;
  /** Something of the stream could not be kept. */
  lost(what: string): void;
  /** Settles what is still open. */
  end(): { readonly route: Route; readonly output: ProbeOutput | undefined };
}

/** How one subnet is asked. Holds no state. */
export interface ProbeLanguage {
  /** What can be asked now, by the publisher's list. */
  targets(source: AuditSource, fetcher: Fetcher, signal?: AbortSignal): Promise<readonly ProbeTarget[]>;
  /** `random` gives numbers from 0 up to 1. */
  request(target: ProbeTarget, prompt: string, places: ProbePlaces, random: () => number): ProbeRequest;
  /** `header` reads a header of the answer by its lower-case name. */
  reader(header: (name: string) => string | undefined): ProbeReader;
}

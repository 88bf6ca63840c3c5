/**
 * One route of the API: where it is, who may use it, what it is asked with and what it answers.
 *
 * A route without a policy does not compile. The table in `Routes.ts` is all that the API serves: what is not in it is 404.
 */
import type { Scope } from "@dgas/domain/Scope"
import type * as Schema from "effect/Schema"

/** `public` asks for nothing; the others for a key with that scope, `read` for none where only this machine can ask. */
export type Policy = "public" | Scope

/** Whose wire form is plain JSON, and needs no services. */
// oxlint-disable-next-line typescript/no-explicit-any -- codecs of every type and wire form
export type Wire = Schema.Codec<any, any>

/** `*` is whatever fits the file that is served. */
export type Media = "application/json" | "text/csv" | "text/event-stream" | "text/html" | "text/plain" | "*"

export interface Route {
  readonly method: "get" | "post" | "put" | "delete"
  /** As Hono writes it: `/v1/signals/:id`. */
  readonly path: string
  readonly policy: Policy
  /** Under which the reference lists it. */
  readonly tag: string
  /** In a few words; `description` where more is to be known. */
  readonly summary: string
  readonly description?: string
  readonly params?: Wire
  readonly query?: Wire
  readonly body?: Wire
  /** Left out where nothing is answered, or something else than JSON. */
  readonly answer?: Wire
  /** 200 unless told; 204 without an answer. */
  readonly status?: 200 | 201 | 202 | 204
  /** What it answers with 503 where that tells more than a problem does. */
  readonly unready?: Wire
  /** `application/json` unless told. */
  readonly media?: Media
  /** Of server-sent events, the data of one. */
  readonly event?: Wire
  /** Ways in which it may fail besides those of its policy: 401 no valid link, 404 no such thing, 409 not as it stands. */
  readonly fails?: ReadonlyArray<401 | 404 | 409>
}

/** Keeps the types of its schemas. */
export const route = <const R extends Route>(parts: R): R => parts

type Decoded<S> = S extends Wire ? S["Type"] : undefined

/** What a handler of the route is given, decoded. */
export interface Asked<R extends Route> {
  readonly params: Decoded<R["params"]>
  readonly query: Decoded<R["query"]>
  readonly body: Decoded<R["body"]>
}

/** What its handler comes back with, before it is encoded; what is not JSON it answers itself. */
export type Answered<R extends Route> = R extends { readonly answer: infer S extends Wire } ? S["Type"]
  : R extends { readonly media: Media } ? Response
  : void

/** What a client reads: the wire form. */
export type OnTheWire<R extends Route> = R extends { readonly answer: infer S extends Wire } ? S["Encoded"] : void

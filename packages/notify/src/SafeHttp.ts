/**
 * The one way to send to an address that a user gave.
 *
 * https only (http to this machine where the configuration allows it). The name is resolved here, every address of it is
 * checked, and the connection goes to a checked one: again at each request, so a name that changes its mind reaches
 * nothing. What cannot be resolved is refused. Redirects are not followed; of an answer at most 64 kB and 15 s are read.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { pinnedPost } from "./PinnedPost.ts"
import { type Resolve, resolveName } from "./ResolveName.ts"
import { checkAddresses, isLiteral, readTarget } from "./Target.ts"

export interface PostRequest {
  readonly url: Redacted.Redacted<string>
  /** May hold secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 kB of it. */
  readonly body: string
}

/** The address is none that may be asked; nothing was sent. `detail` names neither path nor query. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", { detail: Schema.String }) {
  override get message() {
    return `the address was refused: ${this.detail}`
  }
}

/** There was no whole answer; whether the request arrived is not known. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { detail: Schema.String }) {
  override get message() {
    return `no answer: ${this.detail}`
  }
}

export class SafeHttp extends Context.Service<SafeHttp, {
  readonly post: (request: PostRequest) => Effect.Effect<Answer, AddressRefused | NoAnswer>
}>()("@dgas/notify/SafeHttp") {
  /** `allowLoopback`: this machine may be asked, by http too. `resolve` stands in for the system's resolver. */
  static readonly layer = (
    { allowLoopback, resolve = resolveName }: { readonly allowLoopback: boolean; readonly resolve?: Resolve }
  ): Layer.Layer<SafeHttp> => {
    const refused = (detail: string) => new AddressRefused({ detail })

    const checked = Effect.fn("SafeHttp.checked")(function*(url: string) {
      const target = yield* Effect.fromResult(readTarget(url, allowLoopback))
      const addresses = isLiteral(target) ? [target.host] : yield* resolve(target.host).pipe(
        Effect.timeoutOrElse({
          duration: resolveTime,
          orElse: () => Effect.fail("its name was not resolved within 5 s")
        })
      )
      const usable = yield* Effect.fromResult(checkAddresses(target, addresses, allowLoopback))
      // The next try may go to another, in case this one is down.
      return { target, address: yield* Effect.orDie(Random.choice(usable)) }
    }, Effect.mapError(refused))

    const post = Effect.fn("SafeHttp.post")(
      function*({ body, headers, url }: PostRequest) {
        if (Object.values(headers).some((value) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))) {
          return yield* refused("a header holds characters that none may")
        }
        const { address, target } = yield* checked(Redacted.value(url))
        return yield* pinnedPost({ target, address, headers, body }).pipe(
          Effect.mapError((detail) => new NoAnswer({ detail }))
        )
      },
      Effect.timeoutOrElse({
        duration: wholeTime,
        orElse: () => Effect.fail(new NoAnswer({ detail: "none within 15 s" }))
      })
    )

    return Layer.succeed(SafeHttp, SafeHttp.of({ post }))
  }
}

const wholeTime = "15 seconds"
const resolveTime = "5 seconds"

/**
 * Resend's `POST /emails` on loopback, which refuses what Resend refuses and keeps the mails that it took.
 *
 * A repeated `Idempotency-Key` gets the answer of before and sends nothing, or 409 when the mail is another.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Received, receiverServer, type Reply } from "./ReceiverServer.ts"
import { reader, said, textOf } from "./said.ts"

/** Printable: a line break in one would begin another header. */
const HeaderText = Schema.String.check(Schema.isPattern(/^[^\p{Cc}]+$/u))

export const ResendMail = Schema.Struct({
  from: HeaderText,
  to: Schema.NonEmptyArray(HeaderText).check(Schema.isMaxLength(50)),
  subject: HeaderText.check(Schema.isMaxLength(998)),
  html: textOf(1_000_000),
  text: textOf(1_000_000),
  headers: Schema.Record(Schema.String, HeaderText)
})
export type ResendMail = typeof ResendMail.Type

const readMail = reader(ResendMail)

const refused = (status: number, name: string, message: string) => said(status, { statusCode: status, name, message })

/** Serves until the scope closes. */
export const resendServer = Effect.fnUntraced(function*(key: string) {
  const server = yield* receiverServer()
  const mails: Array<ResendMail> = []
  const seen = new Map<string, { readonly mail: ResendMail; readonly id: string }>()

  const answer = ({ body, headers, method, path }: Received): Reply => {
    if (method !== "POST" || path !== "/emails") {
      return refused(404, "not_found", "The requested endpoint does not exist")
    }
    // Its front turns these away before the API sees them.
    if ((headers.get("user-agent") ?? "") === "") return { kind: "status", status: 403, body: "error code: 1010" }
    const authorization = headers.get("authorization")
    if (authorization === null) return refused(401, "missing_api_key", "Missing API Key")
    if (authorization !== `Bearer ${key}`) {
      return refused(403, "invalid_api_key", `API key is invalid: ${authorization}`)
    }
    const idempotencyKey = headers.get("idempotency-key") ?? ""
    if (idempotencyKey === "" || idempotencyKey.length > 256) {
      return refused(400, "invalid_idempotency_key", "Idempotency keys must have between 1 and 256 characters")
    }
    const mail = readMail(body)
    if (Option.isNone(mail)) return refused(422, "validation_error", "Invalid `to` field")
    const before = seen.get(idempotencyKey)
    if (before !== undefined) {
      return Bun.deepEquals(before.mail, mail.value)
        ? said(200, { id: before.id })
        : refused(409, "invalid_idempotent_request", "This idempotency key was used for another mail")
    }
    const id = `00000000-0000-4000-8000-${String(mails.push(mail.value)).padStart(12, "0")}`
    seen.set(idempotencyKey, { mail: mail.value, id })
    return said(200, { id })
  }

  server.answerAlways(answer)
  return { ...server, mails, refused }
})

/**
 * Reads a body no further than a limit, which holds for what was sent and for what that becomes.
 *
 * Bodies are fetched as they were sent, since a client that unpacks them itself would go on unpacking, for whole
 * seconds a gigabyte, what nobody reads any more.
 */
import { promisify } from "node:util"
import { gunzip } from "node:zlib"

const unpack = promisify(gunzip)

/** Asks for bodies that `readText` can read. */
export const acceptedEncoding = "gzip"

/** The body as text; null for one that is longer than `maxBytes`. Rejects for one that is cut or packed otherwise. */
export const readText = async (response: Response, maxBytes: number): Promise<string | null> => {
  const sent = await readBytes(response, maxBytes)
  if (sent === null) return null
  const encoding = response.headers.get("content-encoding") ?? "identity"
  if (encoding === "identity") return sent.toString("utf8")
  if (encoding !== acceptedEncoding) throw new Error(`packed as ${encoding}, expected ${acceptedEncoding}`)
  try {
    return (await unpack(sent, { maxOutputLength: maxBytes })).toString("utf8")
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") return null
    throw cause
  }
}

const readBytes = async (response: Response, maxBytes: number): Promise<Buffer | null> => {
  if (response.body === null) return Buffer.alloc(0)
  const reader = response.body.getReader()
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
}

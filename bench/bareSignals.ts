/** The floor of `bench api`: the statement of a page of signals behind a bare `Bun.serve`, as rows of the driver in JSON. */
import { instantOf, instantText } from "@dgas/db/Instant"
import { pageStatement } from "@dgas/db/SignalPageQuery"
import postgres from "postgres"

const sql = postgres(process.env["DATABASE_URL"] ?? "", {
  max: 4,
  fetch_types: false,
  types: {
    instant: {
      to: 1184,
      from: [1184],
      serialize: (value: number | string) => typeof value === "number" ? instantText(value) : value,
      parse: instantOf
    }
  },
  connection: { TimeZone: "UTC", DateStyle: "ISO" }
})

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const limit = Number(new URL(request.url).searchParams.get("limit"))
    return Response.json(await pageStatement(sql, { origin: "LIVE", limit: limit + 1 }))
  }
})
console.log(`http://127.0.0.1:${server.port}`)

/** The page, what it is made of, and how a browser is signed in. */
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Caller } from "./System.ts"

const tag = "page"

export const pageRoutes = {
  page: route({ method: "get", path: "/", policy: "public", tag, summary: "The page", media: "text/html" }),
  asset: route({
    method: "get",
    path: "/assets/:file",
    policy: "public",
    tag,
    summary: "What the page is made of",
    params: Schema.Struct({ file: Schema.String }),
    media: "*",
    fails: [404]
  }),
  signInPage: route({
    method: "get",
    path: "/sign-in",
    policy: "public",
    tag,
    summary: "Asks whether to sign in by the link that was opened",
    media: "text/html"
  }),
  signInScript: route({
    method: "get",
    path: "/sign-in.js",
    policy: "public",
    tag,
    summary: "What that page does when it is told to",
    media: "*"
  }),
  signIn: route({
    method: "post",
    path: "/v1/sign-in",
    policy: "public",
    tag,
    summary: "Signs a page in by a one-time link",
    body: Schema.Struct({ link: Schema.String.check(Schema.isMaxLength(200)) }),
    answer: Caller,
    fails: [401]
  }),
  signOut: route({
    method: "post",
    path: "/v1/sign-out",
    policy: "read",
    tag,
    summary: "Signs the page out, and withdraws its key"
  })
}

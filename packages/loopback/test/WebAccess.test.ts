/**
 * Which requests a page of another website can have made.
 */
import { assert, describe, it } from "@effect/vitest"
import * as WebAccess from "../src/WebAccess.ts"

const access = WebAccess.make("127.0.0.1", 4_000, ["http://localhost:5173"])

type Headers = { readonly [name: string]: string | ReadonlyArray<string> }

const refusalOf = (headers: Headers, target = "/", method = "GET", by = access) =>
  WebAccess.refusalOf(by, {
    target,
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]))
  })

const host = "127.0.0.1:4000"

describe("Host", () => {
  it.each(["127.0.0.1:4000", "localhost:4000", "LOCALHOST:4000"])("%s is this server", (host) => {
    assert.isUndefined(refusalOf({ host }))
  })

  it.each([
    "rebound.test:4000",
    "127.0.0.1",
    "127.0.0.1:4001",
    "localhost:80",
    "0.0.0.0:4000",
    "[::1]:4000",
    "127.0.0.1.rebound.test:4000",
    "localhost.rebound.test:4000",
    "user@127.0.0.1:4000",
    ""
  ])("%j is another one", (host) => {
    assert.strictEqual(refusalOf({ host }), "Host")
  })

  it("is there once", () => {
    assert.strictEqual(refusalOf({}), "Host")
    assert.strictEqual(refusalOf({ host: [host, "rebound.test:4000"] }), "Host")
    assert.strictEqual(refusalOf({ host: [host, host] }), "Host")
  })

  it("needs no port if the port is 80", () => {
    const onPort80 = WebAccess.make("127.0.0.1", 80, [])
    for (const host of ["127.0.0.1", "127.0.0.1:80", "localhost"]) {
      assert.isUndefined(refusalOf({ host, origin: "http://127.0.0.1" }, "/", "GET", onPort80))
    }
  })

  it.each(["http://rebound.test/", "*", "127.0.0.1:4000", ""])("is not in the request target %j", (target) => {
    assert.strictEqual(refusalOf({ host }, target), "Target")
  })
})

describe("Origin", () => {
  it.each(["http://127.0.0.1:4000", "http://localhost:4000", "http://localhost:5173"])("%s is allowed", (origin) => {
    assert.isUndefined(refusalOf({ host, origin }))
    // The browser says `same-site` or `cross-site` of a request that was allowed by its origin.
    assert.isUndefined(refusalOf({ host, origin, "sec-fetch-site": "cross-site" }))
  })

  it.each([
    "http://website.test",
    "null",
    "",
    "https://127.0.0.1:4000",
    "http://127.0.0.1:4001",
    "http://127.0.0.1",
    "http://localhost:5173.website.test",
    "http://localhost:5173/",
    "HTTP://LOCALHOST:5173",
    "http://127.0.0.1:4000, http://website.test"
  ])("%j is not", (origin) => {
    assert.strictEqual(refusalOf({ host, origin }), "Origin")
  })

  it("is there once at most", () => {
    assert.isUndefined(refusalOf({ host }))
    const own = "http://127.0.0.1:4000"
    assert.strictEqual(refusalOf({ host, origin: [own, own] }), "Origin")
  })
})

describe("a request without an Origin", () => {
  const navigation = {
    host,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document"
  }

  it("is not of another site", () => {
    assert.strictEqual(refusalOf({ host, "sec-fetch-site": "cross-site", "sec-fetch-dest": "script" }), "Site")
    assert.strictEqual(refusalOf({ host, "sec-fetch-site": "same-site", "sec-fetch-dest": "image" }), "Site")
    assert.strictEqual(refusalOf({ ...navigation, "sec-fetch-dest": "iframe" }), "Site")
    assert.strictEqual(refusalOf(navigation, "/", "POST"), "Site")
  })

  it("may follow a link, or a typed address", () => {
    assert.isUndefined(refusalOf(navigation))
    assert.isUndefined(refusalOf({ ...navigation, "sec-fetch-site": "none" }))
    assert.isUndefined(refusalOf({ host, "sec-fetch-site": "same-origin", "sec-fetch-dest": "script" }))
  })
})

describe("an allowed origin", () => {
  it.each(["http://localhost:5173", "https://app.example.com", "http://[::1]:8080"])("may be %s", (origin) => {
    assert.isTrue(WebAccess.isOrigin(origin))
  })

  it.each(["*", "null", "", "localhost:5173", "http://localhost:5173/", "http://localhost:5173/app", "file:///", 1])(
    "may not be %j",
    (origin) => {
      assert.isFalse(WebAccess.isOrigin(origin))
    }
  )
})

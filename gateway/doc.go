// Package gateway asks a plugin about each HTTP request before it goes on: a
// [Filter] is an http.Handler around another one. The plugin may let the request
// pass, change its path and headers, or answer it; it sees neither the connection
// nor the body.
//
// # What the plugin is asked
//
// The operation, by default "http.request", with a JSON object:
//
//	{
//	  "method": "GET",
//	  "path": "/items/7",
//	  "query": "full=1",
//	  "host": "example.org",
//	  "remote": "203.0.113.9",
//	  "headers": {"accept": "text/html", "x-api-key": "…"}
//	}
//
// Names of headers are in lower case; several values of one are joined by ", ".
// The path is decoded.
//
// # What it answers
//
// Nothing or {} lets the request pass as it is. Otherwise a JSON object with any of
//
//	"set":     {"x-user": "ada"}    headers that the request gets
//	"remove":  ["authorization"]    headers that it loses
//	"path":    "/v2/items/7"        another path
//
// or, to answer the request itself,
//
//	"status":  403                  from 200 to 599
//	"headers": {"content-type": "text/plain"}
//	"body":    "no"
//
// Other members, names that are no header's, and those that say how a message is
// framed are errors.
//
// # When the plugin fails
//
// A call that traps is made again until Timeout has passed, on a new instance or,
// if the plugin is a worker that rolls back meanwhile, on the version before. Then,
// and when the plugin answers with an error or with nonsense, the request is
// answered with 502, and with 504 if the plugin did not answer in time, 503 if it
// is overloaded or down. A worker of the policy open that is down is skipped: the
// request goes on with the header Patchbay-Skipped, which names the plugin; a
// client cannot send that header itself.
package gateway

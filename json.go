package patchbay

import (
	"context"

	"github.com/patchbay-go/patchbay/plugin"
)

// JSON calls an operation of a plugin with args as JSON and returns what the
// reply, which is JSON, says: see [plugin.JSON].
//
//	size, err := patchbay.JSON[Size](ctx, resize, "fit", Size{640, 480})
func JSON[Reply any](ctx context.Context, p *Plugin, operation string, args any) (Reply, error) {
	return plugin.JSON[Reply](ctx, p, operation, args)
}

// JSONAppend is [JSON] for who wants the reply as it is: it returns dst with the
// reply appended, checked to be JSON.
func JSONAppend(ctx context.Context, p *Plugin, dst []byte, operation string, args any) ([]byte, error) {
	return plugin.JSONAppend(ctx, p, dst, operation, args)
}

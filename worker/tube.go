package worker

import (
	"context"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// CallWith calls a function of a tube guest with arguments of its own, as
// [plugin.Plugin.CallWith] does, and otherwise like [Worker.CallAppend]. So a
// worker can be called with pictures: see package picture.
func (w *Worker) CallWith(ctx context.Context, dst []byte, request *tube.Request) ([]byte, error) {
	reply := dst
	err := w.Do(ctx, func(p *plugin.Plugin) (err error) {
		reply, err = p.CallWith(ctx, dst, request)
		return err
	})
	return reply, err
}

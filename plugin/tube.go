package plugin

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
)

// CallWith calls a function of a tube guest with arguments of its own, or with
// the payload at an index of its own, and returns dst with the reply appended.
// It is [Plugin.CallAppend] otherwise. A guest of another contract has no such
// calls: the error is a [*ContractError].
func (p *Plugin) CallWith(ctx context.Context, dst []byte, request *tube.Request) ([]byte, error) {
	if p.contract != Tube {
		return dst, p.wrap(request.Function, &ContractError{Contract: p.contract, Wanted: Tube})
	}
	if err := ctx.Err(); err != nil {
		return dst, p.wrap(request.Function, err)
	}
	i := p.pool.take()
	if i == nil {
		i = p.pool.reach()
	}
	if i == nil {
		return p.callLater(ctx, nil, request, dst, request.Function, request.Payload)
	}
	i.request = request
	return p.run(ctx, i, dst, request.Function, request.Payload)
}

// callWith makes the call that i.request is.
func (i *instance) callWith(ctx context.Context, dst []byte) ([]byte, error) {
	request := i.request
	i.request = nil
	guest, ok := i.guest.(*tube.Instance)
	if !ok {
		return dst, &ContractError{Contract: WaPC, Wanted: Tube}
	}
	return guest.CallWith(ctx, dst, request)
}

// A ContractError says that a plugin's contract has no such call.
type ContractError struct {
	// Contract is the plugin's, Wanted the one that has the call.
	Contract, Wanted Contract
}

// Error names both.
func (e *ContractError) Error() string {
	return fmt.Sprintf("this is a call of the contract %s, and the plugin is of %s", e.Wanted, e.Contract)
}

// linkTube links module under the tube contract.
func (p *Plugin) linkTube(module engine.Module, provided map[string]engine.Instance) (instantiate, error) {
	linked, err := tube.Link(module, tube.Config{
		Index: p.options.Index, Timeout: p.options.Limits.Timeout, Provided: provided,
	})
	return func(ctx context.Context, _ uint64, system any) (guest, error) {
		return linked.Instantiate(ctx, system)
	}, err
}

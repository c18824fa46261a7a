package plugin

import (
	"context"
	"encoding/json"
	"fmt"
)

// JSON calls an operation with args as JSON and returns what the reply, which is
// JSON, says. It suits every contract whose payloads are bytes.
//
// Args are whatever encoding/json takes; a [json.RawMessage] or a []byte is sent
// as it is. A Reply of type json.RawMessage is the reply itself, checked; one of
// type []byte is whatever the guest answered. Errors are of type [*Error]; a
// reply that is not JSON, or does not fit into Reply, is a [*JSONError] in it.
//
// Beyond the call, a JSON costs what encoding/json takes.
func JSON[Reply any](ctx context.Context, p *Plugin, operation string, args any) (Reply, error) {
	var reply Reply
	payload, err := p.encode(operation, args)
	if err != nil {
		return reply, err
	}
	switch to := any(&reply).(type) {
	case *[]byte:
		*to, err = p.Call(ctx, operation, payload)
		return reply, err
	case *json.RawMessage:
		*to, err = p.callJSON(ctx, nil, operation, payload)
		return reply, err
	}
	return reply, p.decode(ctx, &reply, operation, payload)
}

// JSONAppend is [JSON] for who wants the reply as it is: it returns dst with the
// reply appended, checked to be JSON. If args are bytes, and dst has room, it
// allocates nothing.
func JSONAppend(ctx context.Context, p *Plugin, dst []byte, operation string, args any) ([]byte, error) {
	payload, err := p.encode(operation, args)
	if err != nil {
		return dst, err
	}
	return p.callJSON(ctx, dst, operation, payload)
}

// encode returns args as JSON.
func (p *Plugin) encode(operation string, args any) ([]byte, error) {
	switch args := args.(type) {
	case []byte:
		return args, nil
	case json.RawMessage:
		return args, nil
	}
	payload, err := json.Marshal(args)
	if err != nil {
		return nil, p.wrap(operation, fmt.Errorf("arguments: %w", err))
	}
	return payload, nil
}

// callJSON appends a reply that is JSON to dst.
func (p *Plugin) callJSON(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	base := len(dst)
	dst, err := p.CallAppend(ctx, dst, operation, payload)
	if err != nil {
		return dst, err
	}
	if reply := dst[base:]; !json.Valid(reply) {
		return dst[:base], p.wrap(operation, newJSONError(reply, json.Unmarshal(reply, new(json.RawMessage))))
	}
	return dst, nil
}

// keepReply is the size in bytes of the largest buffer of replies that is kept.
const keepReply = 1 << 20

// decode reads the reply of a call into to. What encoding/json makes shares no
// bytes with what it was made of, so the reply's buffer serves the next call.
func (p *Plugin) decode(ctx context.Context, to any, operation string, payload []byte) error {
	buffer, _ := p.replies.Get().(*[]byte)
	if buffer == nil {
		buffer = new([]byte)
	}
	reply, err := p.CallAppend(ctx, (*buffer)[:0], operation, payload)
	if err != nil {
		return err
	}
	err = json.Unmarshal(reply, to)
	if err != nil {
		err = p.wrap(operation, newJSONError(reply, err))
	}
	if cap(reply) <= keepReply {
		*buffer = reply
		p.replies.Put(buffer)
	}
	return err
}

// A JSONError says that a reply is not JSON, or not of the form that was wanted.
type JSONError struct {
	// Reply are its first bytes, 64 at most, and Size is how many there were.
	Reply []byte
	Size  int

	// Err is what encoding/json says.
	Err error
}

func newJSONError(reply []byte, err error) *JSONError {
	const most = 64
	return &JSONError{Reply: append([]byte{}, reply[:min(len(reply), most)]...), Size: len(reply), Err: err}
}

// Error says what is wrong and how the reply begins.
func (e *JSONError) Error() string {
	if e.Size == 0 {
		return "the reply is empty, and not JSON"
	}
	rest := ""
	if e.Size > len(e.Reply) {
		rest = fmt.Sprintf("… (%d bytes)", e.Size)
	}
	return fmt.Sprintf("the reply is not the JSON that was wanted: %v: %q%s", e.Err, e.Reply, rest)
}

// Unwrap returns Err.
func (e *JSONError) Unwrap() error { return e.Err }

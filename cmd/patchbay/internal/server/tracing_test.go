package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/worker"
)

// TestSpans: a call is a span of its caller's trace, and says what it came to.
func TestSpans(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	tr := &tracing{propagator: propagation.TraceContext{}}
	tr, err := tr.export(t.Context(), &config.Tracing{Service: "bay", Ratio: 1}, func(string) string { return "" }, exporter)
	if err != nil {
		t.Fatal(err)
	}
	handler := tr.handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, end := tr.begin(r.Context(), "greet", "hello")
		end(outcomeOK, nil)
		_, end = tr.begin(r.Context(), "greet", "down")
		end(outcomeOf(worker.ErrDown), worker.ErrDown)
	}))
	r := httptest.NewRequest(http.MethodPost, "/call/greet/hello", nil)
	r.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	type flusher interface {
		ForceFlush(context.Context) error
	}
	if f, ok := tr.provider.(flusher); !ok || f.ForceFlush(t.Context()) != nil {
		t.Fatal("the spans are not flushed")
	}
	spans := exporter.GetSpans()
	if len(spans) != 2 {
		t.Fatalf("%d spans", len(spans))
	}
	for i, want := range []struct {
		name, outcome string
		status        codes.Code
	}{{"greet/hello", "ok", codes.Unset}, {"greet/down", "unavailable", codes.Error}} {
		s := spans[i]
		if s.Name != want.name || s.Status.Code != want.status || s.Parent.TraceID().String() != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s %v of trace %s", s.Name, s.Status, s.Parent.TraceID())
		}
		attributes := map[string]string{}
		for _, a := range s.Attributes {
			attributes[string(a.Key)] = a.Value.AsString()
		}
		if attributes["patchbay.outcome"] != want.outcome || attributes["rpc.system"] != "patchbay" || attributes["rpc.service"] != "greet" {
			t.Errorf("%v", attributes)
		}
	}
	if err := tr.shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTracingOff: without an endpoint there are no spans, and none if the
// environment says so.
func TestTracingOff(t *testing.T) {
	for _, env := range []map[string]string{{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "true"}} {
		tr, err := newTracing(t.Context(), &config.Tracing{Ratio: 1}, func(name string) string { return env[name] })
		if err != nil {
			t.Fatal(err)
		}
		if tr.provider != nil {
			t.Errorf("%v: there are spans", env)
		}
		_, end := tr.begin(t.Context(), "greet", "hello")
		end(outcomeOK, nil)
	}
}

// TestTracingExports sends a span to a collector that is a test's.
func TestTracingExports(t *testing.T) {
	got := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.URL.Path }))
	defer collector.Close()
	tr, err := newTracing(t.Context(), &config.Tracing{Endpoint: collector.URL, Service: "bay", Ratio: 1}, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	_, end := tr.begin(t.Context(), "greet", "hello")
	end(outcomeOK, nil)
	if err := tr.shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case path := <-got:
		if path != "/v1/traces" {
			t.Errorf("the spans went to %s", path)
		}
	default:
		t.Error("no span was sent")
	}
}

package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/patchbay-go/patchbay/config"
)

// tracing makes spans of calls. Without an endpoint they cost next to nothing.
type tracing struct {
	tracer     trace.Tracer
	provider   trace.TracerProvider // nil if there are no spans
	propagator propagation.TextMapPropagator
	shutdown   func(context.Context) error
}

// newTracing makes a tracer of the configuration, or of the environment variables
// of OpenTelemetry where the configuration has no endpoint.
func newTracing(ctx context.Context, c *config.Tracing, getenv func(string) string) (*tracing, error) {
	t := &tracing{propagator: propagation.TraceContext{}, shutdown: func(context.Context) error { return nil }}
	endpoint := getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if c.Endpoint == "" && endpoint == "" || getenv("OTEL_SDK_DISABLED") == "true" {
		t.tracer = noop.NewTracerProvider().Tracer("patchbay")
		return t, nil
	}
	var options []otlptracehttp.Option
	if c.Endpoint != "" {
		options = append(options, otlptracehttp.WithEndpointURL(traces(c.Endpoint)))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, err
	}
	return t.export(ctx, c, getenv, exporter)
}

// traces returns where spans go at a collector: as OpenTelemetry has it for
// OTEL_EXPORTER_OTLP_ENDPOINT, below its URL.
func traces(endpoint string) string { return strings.TrimSuffix(endpoint, "/") + "/v1/traces" }

// export makes the tracer of an exporter.
func (t *tracing) export(ctx context.Context, c *config.Tracing, getenv func(string) string, exporter sdktrace.SpanExporter) (*tracing, error) {
	described := []resource.Option{resource.WithAttributes(attribute.String("service.name", c.Service)), resource.WithFromEnv()}
	about, err := resource.New(ctx, described...)
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, err
	}
	options := []sdktrace.TracerProviderOption{sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)}
	if getenv("OTEL_TRACES_SAMPLER") == "" {
		options = append(options, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.Ratio))))
	}
	provider := sdktrace.NewTracerProvider(options...)
	t.provider, t.tracer, t.shutdown = provider, provider.Tracer("patchbay"), provider.Shutdown
	return t, nil
}

// begin begins the span of a call; end says what the call came to.
func (t *tracing) begin(ctx context.Context, plugin, operation string) (_ context.Context, end func(outcome, error)) {
	ctx, span := t.tracer.Start(ctx, plugin+"/"+operation, trace.WithSpanKind(trace.SpanKindServer))
	if !span.IsRecording() {
		return ctx, func(outcome, error) { span.End() }
	}
	span.SetAttributes(attribute.String("rpc.system", "patchbay"), attribute.String("rpc.service", plugin), attribute.String("rpc.method", operation))
	return ctx, func(o outcome, err error) {
		span.SetAttributes(attribute.String("patchbay.outcome", string(o)))
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}
}

// handler continues the trace of a request.
func (t *tracing) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := t.propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

package plugin

import "testing"

func BenchmarkPoolTakePut(b *testing.B) {
	p := (&fakeModule{t: b}).start(Pool{Size: 4})
	p.put(mustGet(b, p))
	for b.Loop() {
		p.put(p.take())
	}
	if testing.AllocsPerRun(100, func() { p.put(p.take()) }) != 0 {
		b.Error("the fast path allocates")
	}
}

func BenchmarkPoolParallel(b *testing.B) {
	p := (&fakeModule{t: b}).start(Pool{Size: 64})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := mustGetQuick(b, p)
			p.put(i)
		}
	})
}

func mustGetQuick(b *testing.B, p *pool) *instance {
	if i := p.take(); i != nil {
		return i
	}
	return mustGet(b, p)
}

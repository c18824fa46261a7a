package plugin

import "testing"

func BenchmarkPoolTakePut(b *testing.B) {
	p := (&fakeModule{t: b}).start(Pool{Size: 4})
	p.put(mustGet(b, p))
	b.ReportAllocs()
	for b.Loop() {
		p.put(p.take())
	}
}

func BenchmarkPoolParallel(b *testing.B) {
	p := (&fakeModule{t: b}).start(Pool{Size: 64})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := p.take()
			if i == nil {
				i = mustGet(b, p)
			}
			p.put(i)
		}
	})
}

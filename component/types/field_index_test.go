package types

import (
	"fmt"
	"sync"
	"testing"
)

// TestFieldIndex looks for every name of types with few and with many, from many
// goroutines at a time.
func TestFieldIndex(t *testing.T) {
	for _, n := range []int{0, 1, fewFields, fewFields + 1, 1000} {
		labels := make([]string, n, n+1)
		for i := range labels {
			labels[i] = fmt.Sprint("label-", i)
		}
		twins := EnumOf(append(labels, "label-0")...)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for i, label := range labels {
					if got := twins.FieldIndex(label); got != i {
						t.Errorf("%s of %d is %d", label, n, got)
					}
				}
				for _, none := range []string{"", "label", fmt.Sprint("label-", n+1)} {
					if got := twins.FieldIndex(none); got != -1 {
						t.Errorf("%q of %d is %d", none, n, got)
					}
				}
			})
		}
		wait.Wait()
	}
}

func BenchmarkFieldIndex(b *testing.B) {
	for _, n := range []int{4, fewFields, fewFields + 1, 250} {
		labels := make([]string, n)
		for i := range labels {
			labels[i] = fmt.Sprintf("label-%03d", i)
		}
		t := EnumOf(labels...)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				t.FieldIndex(labels[i%n])
			}
		})
	}
}

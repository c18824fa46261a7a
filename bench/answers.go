package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
)

// noise is that many bytes, the same each time.
func noise(size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data) // it never fails
	return data
}

// document is JSON as services send it to one another: records with names,
// numbers of all sorts, flags, lists, text with escapes, and what is missing.
func document(records int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	text.WriteString(`{"version": 3, "next": null, "records": [`)
	for i := range records {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `
  {"id": %d, "name": "record %x", "active": %t, "score": %.3f, "mass": %de-%d, "parent": null,
   "note": "a \"quoted\" word,\na tab\t, caf\u00e9, \ud83d\ude00 and naïve text", "tags": ["t%d", "t%d", "long tag number %d"],
   "place": {"latitude": %.4f, "longitude": -%.4f, "exact": false}}`,
			i, random.Uint64(), i%3 == 0, random.Float64()*1000, random.IntN(1e6), random.IntN(12),
			random.IntN(10), random.IntN(100), random.IntN(1000), random.Float64()*90, random.Float64()*180)
	}
	text.WriteString("\n]}\n")
	return text.Bytes()
}

func digest(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// counts is the answer of the kernel json, from the standard library's parser:
// how many nulls, booleans, numbers, strings, arrays and objects there are, how
// many bytes strings and keys have, and the sum of all numbers' bits.
func counts(text []byte) []byte {
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		return nil
	}
	var counts [8]uint64
	count(root, &counts)
	answer, _ := binary.Append(nil, binary.LittleEndian, counts) // of fixed size
	return answer
}

func count(value any, counts *[8]uint64) {
	switch value := value.(type) {
	case nil:
		counts[0]++
	case bool:
		counts[1]++
	case float64:
		counts[2]++
		counts[7] += math.Float64bits(value)
	case string:
		counts[3]++
		counts[6] += uint64(len(value))
	case []any:
		counts[4]++
		for _, element := range value {
			count(element, counts)
		}
	case map[string]any:
		counts[5]++
		for key, member := range value {
			counts[6] += uint64(len(key))
			count(member, counts)
		}
	}
}

// channels is how many bytes a pixel has: RGBA.
const channels = 4

// resized is the answer of the kernel resize: each pixel is the mean of the area
// that it covers, first along the rows and then along the columns.
func resized(pixels []byte, width, height, toWidth, toHeight int) []byte {
	row := weights(width, toWidth)
	between := make([]byte, 0, toWidth*height*channels)
	for y := range height {
		for x := range toWidth {
			between = appendMean(between, pixels[y*width*channels:], channels, row[x])
		}
	}
	column := weights(height, toHeight)
	small := make([]byte, 0, toWidth*toHeight*channels)
	for y := range toHeight {
		for x := range toWidth {
			small = appendMean(small, between[x*channels:], toWidth*channels, column[y])
		}
	}
	return small
}

// A share is what a pixel takes from one of the pixels that it covers, in parts
// of 65,536.
type share struct{ from, weight int }

// weights are the shares of each pixel when from of them become to. What is lost
// by rounding is added to the last one's.
func weights(from, to int) [][]share {
	all := make([][]share, to)
	for i := range all {
		begin, end, left := i*from, (i+1)*from, 1<<16
		for j := begin / to; j*to < end; j++ {
			overlap := min((j+1)*to, end) - max(j*to, begin)
			all[i] = append(all[i], share{j, overlap << 16 / from})
			left -= overlap << 16 / from
		}
		all[i][len(all[i])-1].weight += left
	}
	return all
}

// appendMean appends a pixel that has these shares of pixels, which are step
// bytes apart.
func appendMean(dst, pixels []byte, step int, shares []share) []byte {
	for channel := range channels {
		sum := 1 << 15
		for _, s := range shares {
			sum += int(pixels[s.from*step+channel]) * s.weight
		}
		dst = append(dst, byte(sum>>16))
	}
	return dst
}

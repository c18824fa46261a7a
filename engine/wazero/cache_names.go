package wazero

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sync"
)

// codeNames foretells under which names wazero keeps code: the digest of the
// module's, of what wazero calls itself, and of the features of the processor that
// it knows of. These are a few bits, which the first name tells. Where wazero names
// its code in another way, nothing is learned and nothing foretold.
type codeNames struct {
	mu       sync.Mutex
	known    bool
	features uint64
}

// mostFeatures bounds what the features can be.
const mostFeatures = 1 << 8

// of returns the name of a module's code, or false if it is not known.
func (n *codeNames) of(module []byte) (string, bool) {
	n.mu.Lock()
	features, known := n.features, n.known
	n.mu.Unlock()
	if !known {
		return "", false
	}
	return codeName(moduleID(module), features), true
}

// fits reports whether the code of a module may have that name.
func (n *codeNames) fits(module []byte, name string) bool {
	want, known := n.of(module)
	return !known || name == want
}

// learn is told the name of a module's code.
func (n *codeNames) learn(module []byte, name string) {
	id := moduleID(module)
	for features := range uint64(mostFeatures) {
		if codeName(id, features) == name {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.features, n.known = features, true
			return
		}
	}
}

// moduleID is how wazero tells modules apart.
func moduleID(module []byte) []byte {
	h := sha256.New()
	h.Write(module)
	h.Write([]byte{0}) // calls are not ended by wazero
	return h.Sum(nil)
}

func codeName(id []byte, features uint64) string {
	name := sha256.Sum256(binary.LittleEndian.AppendUint64(append(append([]byte(nil), id...), "WAZEVO"...), features))
	return hex.EncodeToString(name[:])
}

;; Guests that want much of the host: hostile_test.go says what must come of it.

;; Two that are in it together: one passes 4,000 times the same megabyte, or the
;; same handle, and the other has room for all of it in the same place.
(component definition $Together
  (component $Callee
    (core module $M
      (memory (export "memory") 17)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
      (func (export "nothing") (param i32 i32)))
    (core instance $m (instantiate $M))
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (alias core export $m "memory" (core memory $memory))
    (alias core export $m "realloc" (core func $realloc))
    (core func $new (canon resource.new $r'))
    (core module $N
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 7))))
    (core instance $n (instantiate $N (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $r)) (canon lift (core func $n "make")))
    (func (export "bools") (param "a" (list (list bool))) (canon lift (core func $m "nothing") (memory $memory) (realloc $realloc)))
    (func (export "texts") (param "a" (list string))
      (canon lift (core func $m "nothing") (memory $memory) (realloc $realloc) string-encoding=utf16))
    (func (export "borrows") (param "a" (list (list (borrow $r)))) (canon lift (core func $m "nothing") (memory $memory) (realloc $realloc))))
  (component $Caller
    (import "callee" (instance $c
      (export "r" (type $r (sub resource)))
      (export "make" (func (result (own $r))))
      (export "bools" (func (param "a" (list (list bool)))))
      (export "texts" (func (param "a" (list string))))
      (export "borrows" (func (param "a" (list (list (borrow $r))))))))
    (core module $Memory (memory (export "memory") 32))
    (core instance $memory (instantiate $Memory))
    (alias core export $memory "memory" (core memory $memory))
    (core func $make (canon lower (func $c "make")))
    (core func $bools (canon lower (func $c "bools") (memory $memory)))
    (core func $texts (canon lower (func $c "texts") (memory $memory)))
    (core func $borrows (canon lower (func $c "borrows") (memory $memory)))
    (core module $M
      (import "" "memory" (memory 32))
      (import "" "make" (func $make (result i32)))
      (import "" "bools" (func $bools (param i32 i32)))
      (import "" "texts" (func $texts (param i32 i32)))
      (import "" "borrows" (func $borrows (param i32 i32)))
      ;; fills the first half of memory with a word, and lets the second have 4,000
      ;; pairs of where that is and how many there are
      (func $fill (param $word i32) (param $count i32) (local $at i32)
        (loop $words
          (i32.store (local.get $at) (local.get $word))
          (br_if $words (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 0x100000))))
        (loop $pairs
          (i32.store (local.get $at) (i32.const 0))
          (i32.store offset=4 (local.get $at) (local.get $count))
          (br_if $pairs (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x107d00)))))
      (func (export "bools")
        (call $fill (i32.const 0x01010101) (i32.const 0x100000))
        (call $bools (i32.const 0x100000) (i32.const 4000)))
      (func (export "texts")
        (call $fill (i32.const 0x20202020) (i32.const 0x40000))
        (call $texts (i32.const 0x100000) (i32.const 4000)))
      (func (export "borrows")
        (call $fill (call $make) (i32.const 0x40000))
        (call $borrows (i32.const 0x100000) (i32.const 4000))))
    (core instance $m (instantiate $M (with "" (instance
      (export "memory" (memory $memory)) (export "make" (func $make)) (export "bools" (func $bools))
      (export "texts" (func $texts)) (export "borrows" (func $borrows))))))
    (func (export "bools") (canon lift (core func $m "bools")))
    (func (export "texts") (canon lift (core func $m "texts")))
    (func (export "borrows") (canon lift (core func $m "borrows"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "callee" (instance $callee))))
  (export "caller" (instance $caller)))

;; makes handles and drops none
(component definition $Hoarder
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core func $drop (canon resource.drop $r))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "hoard") (param i32)
      (loop
        (drop (call $new (i32.const 1)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "turn") (param i32)
      (loop
        (call $drop (call $new (i32.const 1)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
  (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "hoard") (param "n" u32) (canon lift (core func $m "hoard")))
  (func (export "turn") (param "n" u32) (canon lift (core func $m "turn"))))

;; passes lists to the host: what they count of HostBytes
(component definition $Counted
  (type $mark' (record (field "mark" u8)))
  (import "mark" (type $mark (eq $mark')))
  (import "bytes" (func $bytes (param "a" (list u8))))
  (import "texts" (func $texts (param "a" (list string))))
  (import "marks" (func $marks (param "a" (list $mark)) (result string)))
  (core module $Memory
    (memory (export "memory") 1)
    (data (i32.const 16) "\40\00\00\00\02\00\00\00\40\00\00\00\02\00\00\00\40\00\00\00\02\00\00\00")
    (data (i32.const 64) "ab")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $memory))
  (core func $bytes' (canon lower (func $bytes) (memory $memory)))
  (core func $texts' (canon lower (func $texts) (memory $memory)))
  (core func $marks' (canon lower (func $marks) (memory $memory) (realloc (core func $memory "realloc"))))
  (core module $M
    (import "" "bytes" (func $bytes (param i32 i32)))
    (import "" "texts" (func $texts (param i32 i32)))
    (import "" "marks" (func $marks (param i32 i32 i32)))
    (func (export "bytes") (call $bytes (i32.const 64) (i32.const 5)))
    (func (export "texts") (call $texts (i32.const 16) (i32.const 3)))
    (func (export "marks") (call $marks (i32.const 64) (i32.const 3) (i32.const 128))))
  (core instance $m (instantiate $M (with "" (instance
    (export "bytes" (func $bytes')) (export "texts" (func $texts')) (export "marks" (func $marks'))))))
  (func (export "bytes") (canon lift (core func $m "bytes")))
  (func (export "texts") (canon lift (core func $m "texts")))
  (func (export "marks") (canon lift (core func $m "marks"))))

;; passes types between its parts of which a few bytes are a hundred thousand
(component definition $Heavy
  (component $Callee
    (type $a (list u8))
    (type $b (tuple $a $a $a $a $a $a $a $a $a $a))
    (type $c (tuple $b $b $b $b $b $b $b $b $b $b))
    (type $d (tuple $c $c $c $c $c $c $c $c $c $c))
    (type $e (tuple $d $d $d $d $d $d $d $d $d $d))
    (type $f (tuple $e $e $e $e $e $e $e $e $e $e))
    (core module $M
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i32 i32)))
    (core instance $m (instantiate $M))
    (func (export "f0") (param "x" (list $f)) (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
    (func (export "f1") (param "x" (list $f)) (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $Caller
    (type $a (list u8))
    (type $b (tuple $a $a $a $a $a $a $a $a $a $a))
    (type $c (tuple $b $b $b $b $b $b $b $b $b $b))
    (type $d (tuple $c $c $c $c $c $c $c $c $c $c))
    (type $e (tuple $d $d $d $d $d $d $d $d $d $d))
    (type $f (tuple $e $e $e $e $e $e $e $e $e $e))
    (import "i" (instance $i
      (export "f0" (func (param "x" (list $f))))
      (export "f1" (func (param "x" (list $f))))))
    (core module $M
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i32 i32)))
    (core instance $m (instantiate $M))
    (core func (canon lower (func $i "f0") (memory (core memory $m "memory"))))
    (core func (canon lower (func $i "f1") (memory (core memory $m "memory")))))
  (instance $callee (instantiate $Callee))
  (instance (instantiate $Caller (with "i" (instance $callee)))))

;; A guest of waPC that changes whatever there is to change of itself, or tells
;; what it finds. A payload of 0 bytes asks it to tell, of 1 byte to change, of 2
;; bytes to change and then to trap.
(module
  (import "wapc" "__guest_response" (func $respond (param i32 i32)))
  (import "wapc" "__host_call" (func $ask (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wapc" "__host_response_len" (func $response_len (result i32)))
  (import "wapc" "__host_error_len" (func $error_len (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))

  (memory (export "memory") 3)
  (data (i32.const 8) "f")
  (data $words "words")
  (table $table 10 funcref)
  (elem $functions func $nothing)
  (global $count (mut i32) (i32.const 7))
  (global $wide (mut v128) (v128.const i64x2 1 2))
  (global $reference (mut funcref) (ref.null func))

  (func $nothing)

  ;; open_file returns the number of a newly opened file, or -1.
  (func $open_file (result i32)
    (i32.store (i32.const 16) (i32.const -1))
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
    (i32.load (i32.const 16)))

  ;; sum is that of all memory but its first KiB.
  (func $sum (result i64)
    (local $at i32) (local $sum i64)
    (local.set $at (i32.const 1024))
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load (local.get $at))))
      (br_if $next (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 8)))
        (i32.shl (memory.size) (i32.const 16)))))
    (local.get $sum))

  ;; functions counts those in the table.
  (func $functions_there (result i32)
    (local $at i32) (local $found i32)
    (loop $next
      (if (i32.eqz (ref.is_null (table.get $table (local.get $at))))
        (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
      (br_if $next (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 1)))
        (table.size $table))))
    (local.get $found))

  ;; fresh is what locals hold that nobody set.
  (func $fresh (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i64.or (i64.or (i64.or (local.get 0) (local.get 1)) (i64.or (local.get 2) (local.get 3)))
      (i64.or
        (i64.or (i64.or (local.get 4) (local.get 5)) (i64.or (local.get 6) (local.get 7)))
        (i64.or (i64.or (i64.or (local.get 8) (local.get 9)) (i64.or (local.get 10) (local.get 11)))
          (i64.or (i64.or (local.get 12) (local.get 13)) (i64.or (local.get 14) (local.get 15)))))))

  ;; deep leaves a stack full of values.
  (func $deep (param $levels i32) (param i64 i64 i64 i64 i64 i64) (result i64)
    (if (i32.eqz (local.get $levels)) (then (return (local.get 1))))
    (i64.add (local.get 6) (call $deep (i32.sub (local.get $levels) (i32.const 1))
      (i64.const -1) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))))

  (func $tell
    (i64.store (i32.const 64) (call $sum))
    (i64.store (i32.const 72) (call $fresh))
    (i32.store (i32.const 80) (memory.size))
    (i32.store (i32.const 84) (table.size $table))
    (i32.store (i32.const 88) (call $functions_there))
    (i32.store (i32.const 92) (global.get $count))
    (i32.store (i32.const 96) (i32x4.extract_lane 2 (global.get $wide)))
    (i32.store (i32.const 100) (ref.is_null (global.get $reference)))
    (i32.store (i32.const 104) (call $response_len))
    (i32.store (i32.const 108) (call $error_len))
    (i32.store (i32.const 112) (call $open_file))
    (memory.init $words (i32.const 116) (i32.const 0) (i32.const 4))
    (table.init $table $functions (i32.const 0) (i32.const 0) (i32.const 1))
    (call $respond (i32.const 64) (i32.const 56)))

  (func $change
    (drop (memory.grow (i32.const 40)))
    (memory.fill (i32.const 1024) (i32.const 0xaa)
      (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1024)))
    (drop (table.grow $table (ref.func $nothing) (i32.const 50)))
    (table.fill $table (i32.const 0) (ref.func $nothing) (i32.const 10))
    (global.set $count (i32.const 8))
    (global.set $wide (v128.const i64x2 3 4))
    (global.set $reference (ref.func $nothing))
    (data.drop $words)
    (elem.drop $functions)
    (drop (call $open_file))
    (drop (call $open_file))
    (drop (call $deep (i32.const 100) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1)))
    ;; The first is answered, the second refused.
    (drop (call $ask (i32.const 8) (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 8) (i32.const 1)))
    (drop (call $ask (i32.const 8) (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 8) (i32.const 0) (i32.const 8) (i32.const 1)))
    (call $respond (i32.const 8) (i32.const 1)))

  (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
    (if (i32.eqz (local.get $payload)) (then (call $tell) (return (i32.const 1))))
    (call $change)
    (if (i32.eq (local.get $payload) (i32.const 2)) (then (unreachable)))
    (i32.const 1)))

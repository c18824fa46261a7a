;; A guest that does what its payload says. The payload is placed at 4096, that
;; of a call within a call 8192 further on. It holds up to 64 steps of 36 bytes,
;; each a number and eight arguments, i32 in little endian, and after them data
;; for the steps to point at (from 6400 on). Step 0 ends the call with its first
;; argument as the result.
(module
  (import "wapc" "__guest_request" (func $guest_request (param i32 i32)))
  (import "wapc" "__guest_response" (func $guest_response (param i32 i32)))
  (import "wapc" "__guest_error" (func $guest_error (param i32 i32)))
  (import "wapc" "__host_call" (func $host_call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wapc" "__host_response" (func $host_response (param i32)))
  (import "wapc" "__host_response_len" (func $host_response_len (result i32)))
  (import "wapc" "__host_error" (func $host_error (param i32)))
  (import "wapc" "__host_error_len" (func $host_error_len (result i32)))
  (import "wapc" "__console_log" (func $console_log (param i32 i32)))
  (import "env" "__console_log" (func $env_console_log (param i32 i32)))
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (import "env" "trace" (func $trace (param i32 i32 f64 f64 f64 f64 f64)))
  (import "env" "seed" (func $seed (result f64)))
  (memory (export "memory") 1 16)
  (global $counter (mut i32) (i32.const 0))
  (global $base (mut i32) (i32.const 4096))

  (func $arg (param $step i32) (param $index i32) (result i32)
    (i32.load offset=4 (i32.add (local.get $step) (i32.shl (local.get $index) (i32.const 2)))))
  (func $a0 (param $step i32) (result i32) (i32.load offset=4 (local.get $step)))
  (func $a1 (param $step i32) (result i32) (i32.load offset=8 (local.get $step)))

  (func $spin_forever (loop $again (br $again)))

  (func $do (param $s i32) (param $what i32)
    (block $b16 (block $b15 (block $b14 (block $b13 (block $b12 (block $b11 (block $b10 (block $b9 (block $b8
    (block $b7 (block $b6 (block $b5 (block $b4 (block $b3 (block $b2 (block $b1 (block $b0
      (br_table $b0 $b1 $b2 $b3 $b4 $b5 $b6 $b7 $b8 $b9 $b10 $b11 $b12 $b13 $b14 $b15 $b16 (local.get $what))
    ) ;; 0: not reached
      (unreachable)
    ) ;; 1: request(operation, payload)
      (call $guest_request (call $a0 (local.get $s)) (call $a1 (local.get $s))) (return)
    ) ;; 2: response(ptr, len)
      (call $guest_response (call $a0 (local.get $s)) (call $a1 (local.get $s))) (return)
    ) ;; 3: error(ptr, len)
      (call $guest_error (call $a0 (local.get $s)) (call $a1 (local.get $s))) (return)
    ) ;; 4: host call; its result goes to address 0
      (i32.store (i32.const 0) (call $host_call
        (call $a0 (local.get $s)) (call $a1 (local.get $s))
        (call $arg (local.get $s) (i32.const 2)) (call $arg (local.get $s) (i32.const 3))
        (call $arg (local.get $s) (i32.const 4)) (call $arg (local.get $s) (i32.const 5))
        (call $arg (local.get $s) (i32.const 6)) (call $arg (local.get $s) (i32.const 7))))
      (return)
    ) ;; 5: host response to ptr
      (call $host_response (call $a0 (local.get $s))) (return)
    ) ;; 6: host response's length to where ptr points
      (i32.store (call $a0 (local.get $s)) (call $host_response_len)) (return)
    ) ;; 7: host error to ptr
      (call $host_error (call $a0 (local.get $s))) (return)
    ) ;; 8: host error's length to where ptr points
      (i32.store (call $a0 (local.get $s)) (call $host_error_len)) (return)
    ) ;; 9: log(ptr, len); a third argument of 1: through env
      (if (call $arg (local.get $s) (i32.const 2))
        (then (call $env_console_log (call $a0 (local.get $s)) (call $a1 (local.get $s))))
        (else (call $console_log (call $a0 (local.get $s)) (call $a1 (local.get $s)))))
      (return)
    ) ;; 10: store the second argument where the first points
      (i32.store (call $a0 (local.get $s)) (call $a1 (local.get $s))) (return)
    ) ;; 11: trap
      (unreachable)
    ) ;; 12: spin
      (call $spin_forever) (return)
    ) ;; 13: abort(message, file, line, column)
      (call $abort (call $a0 (local.get $s)) (call $a1 (local.get $s))
        (call $arg (local.get $s) (i32.const 2)) (call $arg (local.get $s) (i32.const 3)))
      (return)
    ) ;; 14: trace(message, n, 0.5, 1.5, 2.5, 3.5, 4.5), and a seed to address 16
      (call $trace (call $a0 (local.get $s)) (call $a1 (local.get $s))
        (f64.const 0.5) (f64.const 1.5) (f64.const 2.5) (f64.const 3.5) (f64.const 4.5))
      (f64.store (i32.const 16) (call $seed))
      (return)
    ) ;; 15: count, the count goes where ptr points
      (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
      (i32.store (call $a0 (local.get $s)) (global.get $counter)) (return)
    ) ;; 16: grow the memory by so many pages
    (drop (memory.grow (call $a0 (local.get $s)))))

  (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
    (local $step i32)
    (if (i32.eqz (local.get $payload)) (then (return (i32.const 1))))
    (call $guest_request (i32.const 1024) (global.get $base))
    (local.set $step (global.get $base))
    (global.set $base (i32.add (global.get $base) (i32.const 8192)))
    (loop $next
      (if (i32.load (local.get $step))
        (then
          (call $do (local.get $step) (i32.load (local.get $step)))
          (local.set $step (i32.add (local.get $step) (i32.const 36)))
          (br $next))))
    (global.set $base (i32.sub (global.get $base) (i32.const 8192)))
    (call $a0 (local.get $step))))

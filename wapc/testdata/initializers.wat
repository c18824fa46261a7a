;; A guest with a start function and all three initializers, exported in the
;; wrong order. Each logs its name and makes a host call of that name, and what
;; it then does is what the host's answer says: nothing (empty), "exit" followed
;; by a code, "trap", "spin", or "request" to fetch a request that is not there.
(module
  (import "wapc" "__console_log" (func $log (param i32 i32)))
  (import "wapc" "__host_call" (func $host_call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wapc" "__host_response" (func $host_response (param i32)))
  (import "wapc" "__host_response_len" (func $host_response_len (result i32)))
  (import "wapc" "__guest_request" (func $guest_request (param i32 i32)))
  (import "wapc" "__guest_response" (func $guest_response (param i32 i32)))
  (import "wapc" "__guest_error" (func $guest_error (param i32 i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "start")
  (data (i32.const 32) "_start")
  (data (i32.const 48) "_initialize")
  (data (i32.const 64) "wapc_init")
  (global $runs (mut i32) (i32.const 0))

  (func $init_spins (loop $again (br $again)))

  (func $act (param $name i32) (param $size i32)
    (local $answer i32)
    (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
    (call $log (local.get $name) (local.get $size))
    (drop (call $host_call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (local.get $name) (local.get $size) (i32.const 0) (i32.const 0)))
    (if (i32.eqz (call $host_response_len)) (then (return)))
    (call $host_response (i32.const 128))
    (local.set $answer (i32.load8_u (i32.const 128)))
    (if (i32.eq (local.get $answer) (i32.const 101)) ;; e
      (then (call $proc_exit (i32.load8_u (i32.const 132)))))
    (if (i32.eq (local.get $answer) (i32.const 116)) ;; t
      (then
        (call $guest_error (local.get $name) (local.get $size))
        (unreachable)))
    (if (i32.eq (local.get $answer) (i32.const 115)) ;; s
      (then (call $init_spins)))
    (if (i32.eq (local.get $answer) (i32.const 114)) ;; r
      (then
        (i32.store (i32.const 256) (i32.const 0x21212121))
        (call $guest_request (i32.const 256) (i32.const 256))
        (call $log (i32.const 256) (i32.const 4))
        (call $guest_response (i32.const 256) (i32.const 4))
        (call $guest_error (i32.const 256) (i32.const 4)))))

  (func $start (call $act (i32.const 16) (i32.const 5)))
  (start $start)
  (func (export "wapc_init") (call $act (i32.const 64) (i32.const 9)))
  (func (export "_initialize") (call $act (i32.const 48) (i32.const 11)))
  (func (export "_start") (call $act (i32.const 32) (i32.const 6)))

  ;; answers with how many of them ran
  (func (export "__guest_call") (param i32 i32) (result i32)
    (i32.store (i32.const 256) (global.get $runs))
    (call $guest_response (i32.const 256) (i32.const 1))
    (i32.const 1)))

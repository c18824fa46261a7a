;; A guest whose memory has another name. It logs as many bytes as its
;; operation has.
(module
  (import "wapc" "__console_log" (func $log (param i32 i32)))
  (memory (export "mem") 1)
  (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
    (call $log (i32.const 16) (local.get $operation))
    (i32.const 1)))

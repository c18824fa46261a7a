;; A component with an interface that it imports and exports, types and functions
;; of its own, and an interface in place.
(component
  (import "acme:kv/store@0.2.0" (instance $kv
    (export "bucket" (type $bucket (sub resource)))
    (type $entry (record (field "key" string) (field "at" (option u64))))
    (export "entry" (type $entry' (eq $entry)))
    (type $failure (variant (case "missing") (case "other" string)))
    (export "failure" (type $failure' (eq $failure)))
    (export "[constructor]bucket" (func (param "name" string) (result (own $bucket))))
    (export "[method]bucket.get" (func (param "self" (borrow $bucket)) (param "key" string)
      (result (result (list u8) (error $failure')))))
    (export "[static]bucket.all" (func (result (list (own $bucket)))))
    (export "first" (func (param "from" (borrow $bucket)) (result (tuple $entry' bool))))
  ))
  (alias export $kv "bucket" (type $bucket))
  (alias export $kv "entry" (type $entry))
  (import "entry" (type $mine (eq $entry)))
  (import "log" (func $log (param "text" string) (param "level" u8)))
  (import "watch" (instance $watch
    (export "bucket" (type $b (eq $bucket)))
    (type $rights (flags "read" "write"))
    (export "rights" (type $rights' (eq $rights)))
    (export "open" (func (param "b" (borrow $b)) (param "r" $rights') (result (result))))
  ))
  (export "say" (func $log))
  (export "acme:kv/again@0.2.0" (instance $kv))
)

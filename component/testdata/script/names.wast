;; Names of imports and exports: their forms, what they must be unique in, and
;; the types that go with them.

(component definition
  (import "a" (func))
  (import "a-b1-C2" (func))
  (import "b11-w0rds" (func))
  (import "C-4CR0NYM" (func))
  (import "wasi:http/types" (instance))
  (import "wasi:http/types@0.2.0" (instance))
  (import "wasi:http/types@0.2.0-rc.1+build.5" (instance))
  (import "a1:b2/C-d" (instance)))

(assert_invalid (component (import "" (func))) "is not a valid extern name")
(assert_invalid (component (import "a_b" (func))) "`a_b` is not in kebab case")
(assert_invalid (component (import "aB" (func))) "`aB` is not in kebab case")
(assert_invalid (component (import "a-" (func))) "`a-` is not in kebab case")
(assert_invalid (component (import "1a" (func))) "`1a` is not in kebab case")
(assert_invalid (component (import "a:b" (instance))) "expected `/` after package name")
(assert_invalid (component (import "A:b/c" (instance))) "character `A` is not lowercase")
(assert_invalid (component (import "a:b/c/d" (instance))) "trailing characters found: `/d`")
(assert_invalid (component (import "a:/c" (instance))) "`` is not in kebab case")
(assert_invalid (component (import "[method]a" (func))) "no `.` character")
(assert_invalid (component (import "[other]a" (func))) "is not in kebab case")

;; versions
(assert_invalid (component (import "a:b/c@" (instance))) "empty string")
(assert_invalid (component (import "a:b/c@1.2.x" (instance))) "unexpected character 'x' in patch version number")
(assert_invalid (component (import "a:b/c@01.0.0" (instance))) "leading zero")
(assert_invalid (component (import "a:b/c@1.0.0-01" (instance))) "leading zero in pre-release identifier")
(assert_invalid (component (import "a:b/c@1.0.0-a..b" (instance))) "empty identifier segment")
(assert_invalid (component (import "a:b/c@1.0.0+" (instance))) "empty identifier segment")
(assert_invalid (component (import "a:b/c@1.0.0+a_b" (instance))) "unexpected character in an identifier")
(assert_invalid (component (import "a:b/c@1.0.0.0" (instance))) "unexpected character '.'")

;; attributes
(component definition
  (import "a" (implements "w:x/y") (external-id "id") (instance))
  (import "w:x/z@1" (versionsuffix ".2.3") (instance))
  (import "w:x/z@0.2" (versionsuffix ".6-rc") (instance)))
(assert_invalid (component (import "a" (implements "b") (instance))) "name `b` must be an interface")
(assert_invalid (component (import "a:b/c" (implements "w:x/y") (instance))) "is not valid with `implements`")
(assert_invalid (component (import "a" (implements "w:x/y") (func))) "only instances can have an `implements`")
(assert_invalid (component (import "w:x/z@1.2" (versionsuffix ".3") (instance))) "`1.2` is not a canonical version")
(assert_invalid (component (import "w:x/z@1" (versionsuffix ".x") (instance))) "is not a valid semver")
(assert_invalid (component (import "w:x/z" (versionsuffix ".1") (instance))) "a version suffix without a version")

;; other forms, which only imports may have
(component definition
  (import "url=<https://a.b/c>" (component))
  (import "url=<a>,integrity=<sha256-aGk=>" (component))
  (import "locked-dep=<a:b/c@1.0.0>" (component))
  (import "unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>" (component))
  (import "unlocked-dep=<a:b@*>" (component))
  (import "integrity=<sha384-aGk= sha512-aGk?x>" (component)))
(assert_invalid (component (import "url=<a<b>" (component))) "url cannot contain `<`")
(assert_invalid (component (import "url=a" (component))) "expected `<`")
(assert_invalid (component (import "integrity=<md5-aGk>" (component))) "unrecognized hash algorithm")
(assert_invalid (component (import "integrity=< >" (component))) "integrity hash cannot be empty")
(assert_invalid (component (import "integrity=<sha256-!>" (component))) "not valid base64")
(assert_invalid (component (import "locked-dep=<a:b@1>" (component))) "is not a valid semver")
(assert_invalid (component (import "unlocked-dep=<a:b@{1.0.0}>" (component))) "expected `>=` or `<`")
(assert_invalid (component (component $c) (export "url=<a>" (component $c))) "is not a valid export name")

;; uniqueness
(component definition
  (import "foo" (func))
  (import "foo-bar" (func))
  (import "r" (type $r (sub resource)))
  (import "[constructor]r" (func (result (own $r))))
  (import "[method]r.bar" (func (param "self" (borrow $r))))
  (import "[static]r.baz" (func))
  (export "foo" (type $r)))
(assert_invalid (component (import "a-b" (func)) (import "A-b" (func))) "conflicts with previous name `a-b`")
(assert_invalid (component (import "a:b/c" (instance)) (import "a:b/C" (instance))) "conflicts with previous name `a:b/c`")
(assert_invalid
  (component (import "r" (type $r (sub resource)))
    (import "[method]r.x" (func (param "self" (borrow $r)))) (import "[static]r.X" (func)))
  "conflicts with previous name `[method]r.x`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[static]r.r" (func)))
  "conflicts with previous name `r`")
(assert_invalid (component (import "f" (func $f)) (export "a" (func $f)) (export "A" (func $f))) "conflicts with previous name `a`")
(assert_invalid (component (type (instance (export "a" (func)) (export "A" (func))))) "conflicts with previous name `a`")
(assert_invalid (component (import "f" (func $f)) (instance (export "a" (func $f)) (export "A" (func $f)))) "conflicts with previous name `a`")

;; functions of resources
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func)))
  "function should return one value")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result string))))
  "function should return `(own $T)`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func async (result (own $r)))))
  "constructor function cannot be async")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]s" (func (result (own $r)))))
  "does not match expected resource name `r`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func)))
  "function should have at least one argument")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "this" (borrow $r)))))
  "first argument called `self`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "self" (own $r)))))
  "first argument of `(borrow $T)`")
(assert_invalid (component (import "[static]r.m" (func))) "static resource name is not known")
(assert_invalid (component (import "r" (type (sub resource))) (import "[static]r.m" (instance))) "item is not a func")
(component definition
  (import "r" (type $r (sub resource)))
  (import "[constructor]r" (func (result (result (own $r) (error string))))))
;; an export's resource type is one that is exported, an import's one that is imported
(assert_invalid
  (component (import "r" (type (sub resource))) (import "f" (func $f)) (export "[static]r.m" (func $f)))
  "static resource name is not known")
(assert_invalid
  (component (import "[static]r.m" (func)) (import "r" (type (sub resource))))
  "static resource name is not known")
(assert_invalid
  (component (type (instance (export "[method]r.m" (func)))))
  "function should have at least one argument")
(assert_invalid
  (component (type (component (import "r" (type $r (sub resource))) (export "[static]r.m" (func)))))
  "static resource name is not known")
(assert_invalid
  (component (type (instance
    (export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
    (export "[method]s.m" (func (param "self" (borrow $r)))))))
  "does not match expected resource name `r`")
(component definition
  (type (instance
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (result (own $r))))
    (export "[method]r.m" (func (param "self" (borrow $r)) (result u8)))
    (export "[static]r.s" (func)))))
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result (result string (error string))))))
  "function should return `(own $T)`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result (result)))))
  "function should return `(own $T)`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result (own $r)))) (import "[constructor]R" (func (result (own $r)))))
  "does not match expected resource name `r`")

(module
  (import "bench:calls/activity" "nothing" (func $nothing (result i32)))
  (func (export "bench:calls/workflow#all") (param $left i32) (result i32)
    (loop $again
      (if (i32.eqz (local.get $left)) (then (return (i32.const 0))))
      (if (call $nothing) (then (return (i32.const 1))))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $again))
    unreachable))

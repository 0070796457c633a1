//! Loading a component cannot cost the host its time, its memory or its life.

use super::keeps_keys::under_shell;
use super::support::{Ended, Site, ended};

/// LEB128.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &number(content.len()), content].concat()
}

/// A function whose many local variables all live through many branches: compiling it takes time and memory in
/// proportion to the product of both.
fn function(locals: usize, branches: usize) -> Vec<u8> {
    let mut body = [number(1), number(locals), vec![0x7f]].concat();
    let mut seed = 1_usize;
    let mut local = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        number((seed >> 33) % locals)
    };
    for _ in 0..branches {
        let (to, from) = (local(), local());
        // if (to) { to = from + 1 }
        body.extend([&[0x20][..], &to, &[0x04, 0x40, 0x20], &from, &[0x41, 1, 0x6a, 0x21], &to, &[0x0b]].concat());
    }
    body.extend([0x20, 0, 0x0b]);
    [number(body.len()), body].concat()
}

/// A component of one module with these functions. It is no plugin, but that is known only after it is compiled.
fn bomb(functions: usize, locals: usize, branches: usize) -> Vec<u8> {
    let types = section(1, &[1, 0x60, 0, 1, 0x7f]);
    let declared = section(3, &[number(functions), vec![0; functions]].concat());
    let code = section(10, &[number(functions), function(locals, branches).repeat(functions)].concat());
    let module = [b"\0asm\x01\0\0\0".to_vec(), types, declared, code].concat();
    [b"\0asm\x0d\0\x01\0".to_vec(), section(1, &module)].concat()
}

fn inspected(component: &[u8]) -> Ended {
    Site::without_aws().file("bomb.wasm", component).stepwell(&["plugin", "inspect", "./bomb.wasm"])
}

#[test]
fn a_function_that_no_toolchain_makes_is_refused_before_it_is_compiled() {
    for (component, what) in [
        (bomb(1, 5_000, 50_000), "bytes × local variables in one function"),
        (bomb(1, 10, 100_000), "bytes in one function"),
        (bomb(100_001, 1, 0), "functions"),
    ] {
        let ended = inspected(&component);
        let [found, because, _] = ended.three_lines(2);
        assert_eq!(found, format!("error: cannot load plugin `./bomb.wasm`: the component has too many {what}"));
        assert!(because.contains("and the limit is"), "{because}");
    }
}

#[test]
fn a_plugin_that_cannot_be_compiled_is_named_and_the_others_are_listed() {
    let site = Site::without_aws().guest("noop").plugin("bomb", &bomb(1, 5_000, 50_000));
    let site = site.file("job.toml", "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"bomb\"\n");
    let listed = site.stepwell(&["plugin", "list", "--project", "."]);
    assert_eq!(listed.code, 2);
    assert!(listed.stdout.contains("noop") && listed.stdout.contains("ec2-stop"), "{}", listed.stdout);
    assert!(listed.stderr.contains("plugins/bomb.wasm`: the component has too many"), "{}", listed.stderr);
    let [what, _, _] = site.stepwell(&["job", "check", "job.toml"]).three_lines(2).map(str::to_owned);
    assert!(what.contains("plugins/bomb.wasm`: the component has too many"), "{what}");
}

/// The limits of the process that compiles are those of the operating system. The lower one of this test takes the
/// place of 90 seconds.
#[test]
fn a_compilation_that_needs_too_much_ends_alone() {
    let site = Site::without_aws().file("bomb.wasm", bomb(300, 300, 2_000));
    let inspect = under_shell("ulimit -S -t 1", &site.command(&["plugin", "inspect", "./bomb.wasm"]));
    let slow = ended({ inspect }.output().expect("sh starts"));
    let [what, _, _] = slow.three_lines(2);
    assert!(what.contains("`./bomb.wasm`: the component needs too much computing time to compile"), "{what}");
}

#[test]
fn what_is_no_component_is_refused_by_the_process_that_compiles() {
    let mut broken = bomb(1, 10, 10);
    let last = broken.len() - 2;
    broken[last] = 0x7b;
    let ended = inspected(&broken);
    let [what, _, _] = ended.three_lines(2);
    assert_eq!(what, "error: cannot load plugin `./bomb.wasm`: the component is malformed");
}

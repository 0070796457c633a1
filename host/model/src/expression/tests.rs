use toml::Spanned;

use super::*;

fn text(text: &str) -> Spanned<Value> {
    Spanned::new(0..0, Value::Text(text.to_owned()))
}

fn value_of(expression: &str) -> Result<Json, ExpressionError> {
    let mut scope = Scope::default();
    scope.set("options", json!({ "id": "i-1", "count": 3 }));
    evaluate(&text(expression), &scope)
}

fn message_of(expression: &str) -> String {
    value_of(expression).expect_err(expression).message
}

#[test]
fn a_whole_expression_keeps_its_type_and_a_mixed_text_is_text() {
    assert_eq!(value_of("${options.count}"), Ok(json!(3)));
    assert_eq!(value_of("${ options.count > 2 }"), Ok(json!(true)));
    assert_eq!(value_of("${ {'a': [options.id]} }"), Ok(json!({ "a": ["i-1"] })));
    assert_eq!(value_of("n=${options.count}, id=${options.id}"), Ok(json!("n=3, id=i-1")));
    assert_eq!(value_of("${ '}' }"), Ok(json!("}")));
}

#[test]
fn text_without_an_expression_stays_as_it_is() {
    for plain in ["", "{{ options.id }}", "{% raw %}", "$5", "a } b", "{# no #}"] {
        assert_eq!(value_of(plain), Ok(json!(plain)));
    }
    assert_eq!(value_of("$${options.id}"), Ok(json!("${options.id}")));
}

#[test]
fn an_undefined_name_is_an_error_and_never_empty_text() {
    for (wrong, message) in [
        ("${options.nothing}", "`options.nothing` has no value"),
        ("x ${options.nothing} y", "`options.nothing` has no value"),
        ("${nothing}", "`nothing` has no value"),
        ("${options.nothing.more}", "`options.nothing.more`: undefined value"),
    ] {
        assert_eq!(message_of(wrong), message, "{wrong}");
    }
}

#[test]
fn what_is_no_expression_is_an_error() {
    for (wrong, message) in [
        ("${", "`${` has no closing brace"),
        ("${}", "``: syntax error"),
        ("${options.}", "`options.`: syntax error"),
        ("${1 +}", "`1 +`: syntax error"),
        ("a ${'}", "`${'}` has no closing brace"),
    ] {
        for error in [value_of(wrong).expect_err(wrong), references(&text(wrong)).expect_err(wrong)] {
            assert!(error.message.starts_with(message), "{wrong}: {error}");
        }
    }
}

#[test]
fn filters_that_jobs_want_are_there() {
    let expected = [
        ("${ ['b', 'a']|sort|join(',') }", json!("a,b")),
        ("${ 'a-b'|replace('-', '_')|upper }", json!("A_B")),
        ("${ options.id is startingwith 'i-' and options.count in [1, 3] }", json!(true)),
        ("${ '3'|int + [1, 2]|sum }", json!(6)),
        ("${ options.count if options.count > 5 else 5 }", json!(5)),
        ("${ options.count|times(2) + 1.5|times(2)|int }", json!(9)),
        ("${ '*' }", json!("*")),
        ("${ [{'a': {'b': 1}}, {'a': {'b': 2}}]|map(attribute='a.b') }", json!([1, 2])),
        ("${ [{'a': 'x'}, {}]|map(attribute='a', default='none')|unique|join(',') }", json!("x,none")),
        ("${ []|map(attribute='a')|length }", json!(0)),
        ("${ none|int is none and none|float is none and none|int(3) == 3 }", json!(true)),
    ];
    for (expression, value) in expected {
        assert_eq!(value_of(expression), Ok(value), "{expression}");
    }
}

#[test]
fn a_list_is_mapped_to_attributes_that_all_of_its_items_have_and_numbers_alone_are_multiplied() {
    for (wrong, message) in [
        ("[{'a': 1}, {}]|map(attribute='a')", "an item has no `a`"),
        ("[{'a': 1}]|map(attribute='a', atribute='b')", "atribute"),
        ("[{'a': 1}]|map('upper')", "too many arguments"),
        ("['a']|map(attribute='a')", "an item has no `a`"),
        ("'a'|times(3)", "only numbers can be multiplied"),
        ("[0]|times(3)", "only numbers can be multiplied"),
        ("3|times('a')", "only numbers can be multiplied"),
        ("9000000000000000000|times(9000000000000000000)", "an integer has more than 64 bits"),
    ] {
        let found = message_of(&format!("${{ {wrong} }}"));
        assert!(found.contains(message), "{wrong}: {found}");
    }
}

#[test]
fn a_number_that_json_does_not_have_is_an_error_that_names_the_expression() {
    for wrong in [
        "1e308|times(10)",
        "1e308 + 1e308",
        "-1e308 - 1e308",
        "1e308 / 0.1",
        "[1e308|times(10)]|first",
        "{'a': [1e308, 1e308]|sum}",
        "1e308|times(10) > 1",
        "1e308|times(10) ~ ''",
        "(1e308|times(10))|int",
        "2|times(1e308)|times(0)",
        "1 / 0",
        "0.0 / 0.0",
        "1 // 0",
        "1 % 0",
        "'inf'|float",
        "'-infinity'|float",
        "'NaN'|float",
        "'1e999'|float",
        "'nan'|int",
        "'1e999'|int",
        "1e300|int",
        "1e300|int|string",
        "'1e300'|int ~ ''",
        "'99999999999999999999'|int",
        "18446744073709551615 + 1",
        "-9223372036854775808 - 1",
        "18446744073709551615|times(2)",
        "9223372036854775807|times(9223372036854775807)|string",
        "[9223372036854775807, 9223372036854775807, 9223372036854775807]|sum|string",
        "1e999",
    ] {
        let error = value_of(&format!("x ${{ {wrong} }}")).expect_err(wrong);
        assert!(error.message.starts_with(&format!("`{wrong}`: ")), "{wrong}: {error}");
        assert!(!error.is_bound, "{wrong}");
    }
    for (right, value) in [
        ("1e307|times(10)", json!(1e308)),
        ("18446744073709551614 + 1", json!(u64::MAX)),
        ("-9223372036854775807 - 1", json!(i64::MIN)),
        ("9223372036854775807|times(2)", json!(18_446_744_073_709_551_614_u64)),
        ("'nan'|int(7)", json!(7)),
        ("'inf'|float(default=1.5)", json!(1.5)),
        ("'1e3'|int", json!(1_000)),
    ] {
        assert_eq!(value_of(&format!("${{ {right} }}")), Ok(value), "{right}");
    }
}

#[test]
fn work_and_memory_are_bounded() {
    for (greedy, message) in [
        ("((0,) * 100000000)|length", "`*` is not supported"),
        ("([0] * 100000000)|sort|length", "`*` is not supported"),
        ("2 ** 100000000", "`*` is not supported"),
        ("'aaaaaaaa'|map('replace', 'a', 'b')", "too many arguments"),
        ("range(100000000)|list|length", "unknown function"),
        ("'a' * 1000000000", "`*` is not supported"),
        ("[0] * 1000000000", "`*` is not supported"),
        ("('a' * 60000)|replace('a', 'b' * 60000)", "`*` is not supported"),
        ("('a' * 60000)|replace('', 'b' * 60000)", "`*` is not supported"),
        ("([0] * 9000)|join('x' * 60000)", "`*` is not supported"),
        ("'a'|indent(1000000000)", "unknown filter"),
        ("[1]|batch(1000000000, 0)|list", "unknown filter"),
        ("['a' * 60000] * 3000", "`*` is not supported"),
    ] {
        let found = message_of(&format!("${{ {greedy} }}"));
        assert!(found.contains(message), "{greedy}: {found}");
    }
    let many = "${'a' * 60000}".repeat(100);
    assert!(message_of(&many).contains("`*` is not supported"));
    let long = format!("${{ options.id{} }}", "~options.id".repeat(1_000));
    assert_eq!(message_of(&long), "an expression has at most 4096 bytes");
    let nested = format!("${{ {}1{} }}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(message_of(&nested), "an expression has at most 4096 bytes");
}

#[test]
fn what_does_not_exist_is_told_with_the_nearest_that_does_whatever_the_values_are() {
    for (code, message, advice) in [
        ("steps.a.outputs.x|uper", "`uper` is no filter; the filters are `abs`, ", "write `upper` instead of `uper`"),
        ("steps.a.x is foo", "`foo` is no test; the tests are `defined`, ", "use one of the tests of docs/jobs.md"),
        ("steps.a.x is definde", "`definde` is no test", "write `defined` instead of `definde`"),
        ("range(3)", "`range` is no function", "use a filter, or an option with the value"),
        ("upper(steps.a.x)", "`upper` is no function", "write `value|upper`: it is a filter"),
        ("steps.a.x.upper()", "a value has no functions of its own", "write a filter, such as"),
        ("[1 if run.id|frist else 2]", "`frist` is no filter", "write `first` instead of `frist`"),
        ("steps.a.x|map('upper')", "the filter `map` takes no argument, and gets 1", "write the others by name"),
        ("steps.a.x|map(atribute='b')", "has no argument `atribute`", "write `attribute` instead of `atribute`"),
        ("steps.a.x|map(default=1)", "the filter `map` needs `attribute='…'`", "add `attribute='…'` in brackets"),
        ("steps.a.x|replace('a')", "the filter `replace` needs 2 arguments", "add what is missing in brackets"),
        ("steps.a.x is startingwith", "the test `startingwith` needs one argument", "add what is missing in brackets"),
        ("steps.a.x|first(3)", "the filter `first` takes no argument, and gets 1", "remove what is too much"),
    ] {
        let error = references(&text(&format!("${{ {code} }}"))).expect_err(code);
        assert!(error.message.contains(message), "{code}: {}", error.message);
        assert!(error.advice.as_ref().is_some_and(|found| found.starts_with(advice)), "{code}: {:?}", error.advice);
    }
}

#[test]
fn references_are_found_with_their_whole_path() {
    let found = references(&text("${steps.a.outputs.x} ${options['id']} ${options.count + 1}"));
    let paths: Vec<_> =
        found.expect("they are expressions").into_iter().map(|reference| reference.path.join(".")).collect();
    assert!(paths.contains(&"steps.a.outputs.x".to_owned()), "{paths:?}");
    assert!(paths.contains(&"options.count".to_owned()), "{paths:?}");
}

#[test]
fn a_value_reads_the_steps_and_exports_that_it_names_and_all_when_it_computes_the_name() {
    let of = |code: &str| Reads::of([&text("${options.steps} exports"), &text(code)]);
    let these = |names: &[&str]| Names::These(names.iter().map(|name| (*name).to_owned()).collect());
    for (code, steps, exports) in [
        ("${steps.a.outputs.x ~ steps['b'].status} ${steps.a}", these(&["a", "b"]), these(&[])),
        ("${exports.x|join(steps.c.outputs.list[index])}", these(&["c"]), these(&["x"])),
        ("${options.id} ${'steps'}", these(&[]), these(&[])),
        ("${steps|length}", Names::All, these(&[])),
        ("${steps[options.id].status}", Names::All, these(&[])),
        ("${'a' in steps and steps.a.status}", Names::All, these(&[])),
        ("${exports|string}", these(&[]), Names::All),
        ("${steps.}", Names::All, Names::All),
    ] {
        let reads = of(code);
        assert_eq!((reads.steps, reads.exports), (steps, exports), "{code}");
    }
}

/// The reference of jobs lists every filter. A filter that is added here has a charge, and belongs to the payloads
/// below.
#[test]
fn every_filter_is_known_to_these_tests() {
    let expected = [
        "abs",
        "bool",
        "date",
        "default",
        "first",
        "float",
        "from_json",
        "group_by",
        "int",
        "items",
        "join",
        "keys",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "minus",
        "plus",
        "regex_replace",
        "regex_search",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "select",
        "selectattr",
        "sort",
        "split",
        "string",
        "sum",
        "times",
        "to_json",
        "trim",
        "unique",
        "upper",
        "values",
    ];
    assert_eq!(environment::LANGUAGE.filters(), expected);
}

fn bound(expression: &str, scope: &Scope) -> String {
    let error = evaluate(&text(&format!("${{{expression}}}")), scope).expect_err(expression);
    assert!(error.is_bound, "{expression}: {error}");
    error.message
}

/// Values as large as the outputs of steps can be.
fn large() -> Scope {
    let mut scope = Scope::default();
    let words: Vec<_> = (0..90_000).map(|number| format!("{number:08}")).collect();
    scope.set("item", json!("a".repeat(1 << 20)));
    scope.set("words", json!(words));
    scope.set("many", json!(vec![0; 100_001]));
    scope.set("float", json!(1e308));
    scope
}

#[test]
fn filters_cannot_multiply_a_value() {
    let grown = |times: usize| format!("','{}", "|replace(',',',,,,,,,,,,')".repeat(times));
    let list = format!("{}|split(',')", grown(4));
    let big = grown(5);
    for greedy in [
        // One large text a hundred thousand times.
        format!("({list}|map(attribute='z',default={big})|string) == 1"),
        format!("{list}|map(attribute='z',default={big})|join"),
        format!("{list}|map(attribute='z',default={big})|length"),
        format!("{list}|map(attribute='z',default={list}|map(attribute='z',default={list}))|length"),
        format!("{}|length", grown(6)),
        format!("{}|replace('', {big})", grown(2)),
        format!("{list}|join({big})"),
        format!("{}|split(',')|length", grown(6)),
        "item|split('')|length".to_owned(),
        "item|map(attribute='x', default=item)|length".to_owned(),
        "many|length".to_owned(),
        "many[0:2]|length".to_owned(),
        "item ~ item ~ item".to_owned(),
        "item + 'x'".to_owned(),
        "words + words".to_owned(),
        "[words, words]|length".to_owned(),
        "{'a': words, 'b': words}".to_owned(),
    ] {
        let message = bound(&greedy, &large());
        let reasons = ["a value has more than 1 MiB of text or 100,000 items", "the expression takes too long"];
        assert!(reasons.iter().any(|reason| message.contains(reason)), "{greedy}: {message}");
    }
}

#[test]
fn work_is_charged_by_operators_and_filters() {
    let scope = large();
    let row = |part: &str, by: &str, times| vec![part; times].join(by);
    for greedy in [
        row("item is startingwith 'a'", " and ", 40),
        row("item == item", " and ", 20),
        row("'b' in item", " or ", 40),
        row("item[1:]", " ~ ", 2),
        format!("words{}", "|sort".repeat(20)),
        format!("words{}", "|unique".repeat(20)),
        format!("words{}", "|reverse".repeat(20)),
        format!("words{}", "[::-1]".repeat(20)),
        format!("item{}", "|upper".repeat(20)),
        format!("item{}", "|replace('a','b')".repeat(20)),
        format!("item{}", "|trim".repeat(20)),
        "item|trim(item)".to_owned(),
        "words|sort(attribute=item)".to_owned(),
        "words|max(attribute=item)".to_owned(),
        "words|map(attribute=item, default=1)|length".to_owned(),
        format!("{}|length", row("(words|length)", " + ", 20)),
    ] {
        bound(&greedy, &scope);
    }
    let table = |part: &str| {
        let entry = |at| (format!("k{at}"), text(part));
        Spanned::new(0..0, Value::Table((0..100).map(entry).collect()))
    };
    let error = evaluate(&table("${item|length}"), &scope).expect_err("too much together");
    assert!(error.message.contains("the expression takes too long"), "{error}");
}

#[test]
fn the_expressions_of_a_plan_share_their_work() {
    let plan = PlanWork::default();
    let value = text("${item[:4]|length}");
    let failed = (0..1_000).find_map(|_| evaluate(&value, &large_text(&plan)).err());
    let error = failed.expect("together they are too much");
    assert!(error.is_bound && error.message.contains("the expressions of the job"), "{error}");
}

fn large_text(plan: &PlanWork) -> Scope {
    let mut scope = Scope::default().within(plan.clone());
    scope.set("item", json!("a".repeat(1 << 20)));
    scope
}

#[test]
fn values_as_large_as_outputs_can_still_be_used() {
    let scope = large();
    let of = |code: &str| evaluate(&text(code), &scope).unwrap_or_else(|error| panic!("{code}: {error}"));
    assert_eq!(of("${words|length}"), json!(90_000));
    assert_eq!(of("${words[:9000]|sort|first}"), json!("00000000"));
    assert_eq!(of("${item|upper|length}"), json!(1 << 20));
    assert_eq!(of("${'00000007' in words}"), json!(true));
    assert_eq!(of("${words}").as_array().map(Vec::len), Some(90_000));
    assert_eq!(of("${words[89999:]}"), json!(["00089999"]));
    assert_eq!(of("${words[-1]}"), json!("00089999"));
    assert_eq!(of("${many}").as_array().map(Vec::len), Some(100_001));
    assert_eq!(of("${many[100000]}"), json!(0));
}

#[test]
fn long_chains_of_operators_need_no_stack() {
    let of = |code: String| evaluate(&text(&format!("${{{code}}}")), &large());
    assert_eq!(of(format!("1{}", "+1".repeat(2_000))), Ok(json!(2_001)));
    assert_eq!(of(format!("''{}", "~1".repeat(2_000))), Ok(json!("1".repeat(2_000))));
    assert_eq!(of(format!("[0]{}", "[:]".repeat(1_000))), Ok(json!([0])));
    for code in [format!("1{}", " if 1".repeat(800)), format!("{}1{}", "[".repeat(70), "]".repeat(70))] {
        let error = of(code.clone()).expect_err(&code);
        let deep = ["nested more than 64 levels deep", "more than 32 brackets inside one another"];
        assert!(deep.iter().any(|deep| error.message.contains(deep)), "{error}");
    }
    for part in ["(", "[", "{1:", "not ", "-", "- ", "-(", "a - -", "a.b[", "1 if ", "a|map("] {
        let code = part.repeat(4_000 / part.len());
        assert!(of(code.clone()).is_err() && references(&text(&format!("${{{code}}}"))).is_err(), "{part}");
    }
    for part in ["|first", ".a", "['a']", " and a", " == a", " is in a", " if a else a", "[1:]", " ~ a"] {
        let code = format!("a{}", part.repeat(4_000 / part.len()));
        assert!(of(code.clone()).is_err(), "{part}");
        assert!(references(&text(&format!("${{{code}}}"))).is_ok(), "{part}");
    }
}

#[test]
fn a_slice_reads_what_it_slices() {
    let found = references(&text("${options.ids[options.from:]}")).expect("it is an expression");
    let paths: Vec<_> = found.into_iter().map(|reference| reference.path.join(".")).collect();
    assert_eq!(paths, ["options.from", "options.ids"]);
}

#[test]
fn the_values_that_a_condition_reads_are_shown_with_their_places() {
    let outputs = json!({ "state": null, "Items": [{ "Name.x": "a" }], "n": 3 });
    for (code, expected) in [
        ("${outputs.state == 'ACTIVE'}", "state = null"),
        (
            "${outputs.Items[0]['Name.x'] != 'b' and outputs.n > 2 and outputs.n < 9}",
            "Items[0]['Name.x'] = \"a\", n = 3",
        ),
        ("${outputs.Items|length > options.n}", "Items = [{\"Name.x\":\"a\"}]"),
        ("${outputs.Items[options.n] and outputs.missing}", "Items = [{\"Name.x\":\"a\"}]"),
        ("${outputs|length}", "outputs = {\"state\":null,\"Items\":[{\"Name.x\":\"a\"}],\"n\":3}"),
        ("${true}", ""),
        ("${", ""),
    ] {
        let read = values_read(&text(code), "outputs", &outputs);
        let shown: Vec<_> = read.iter().map(|(place, value)| format!("{place} = {value}")).collect();
        assert_eq!(shown.join(", "), expected, "{code}");
    }
}

#[test]
fn lists_tables_texts_and_times_come_to_what_their_filters_say() {
    let servers = "[{'name': 'b', 'state': 'running', 'az': 'x'}, {'name': 'a', 'state': 'stopped', 'az': 'x'}, {'name': 'c', 'az': 'y'}]";
    for (code, expected) in [
        (format!("{servers}|selectattr('state', 'eq', 'running')|map(attribute='name')|list"), json!(["b"])),
        (format!("{servers}|rejectattr('state', 'eq', 'running')|map(attribute='name')"), json!(["a", "c"])),
        (format!("{servers}|selectattr('state', 'defined')|length"), json!(2)),
        (format!("{servers}|selectattr('state')|length"), json!(2)),
        (format!("{servers}|selectattr('name', 'in', ['a', 'c'])|map(attribute='name')"), json!(["a", "c"])),
        (format!("{servers}|sort(attribute='name')|map(attribute='name')"), json!(["a", "b", "c"])),
        (format!("{servers}|sort(attribute='name', reverse=true)|map(attribute='name')"), json!(["c", "b", "a"])),
        (format!("{servers}|unique(attribute='az')|map(attribute='name')"), json!(["b", "c"])),
        (format!("{servers}|group_by('az')|map(attribute='key')"), json!(["x", "y"])),
        (format!("({servers}|group_by('az'))[0]['items']|length"), json!(2)),
        ("[1, 5, 3]|select('gt', 2)|sum".to_owned(), json!(8)),
        ("['', 'a', none]|select|list".to_owned(), json!(["a"])),
        ("['', 'a', none]|reject|length".to_owned(), json!(2)),
        ("['i-1', 'x']|reject('startingwith', 'i-')|first".to_owned(), json!("x")),
        ("[{'n': 2}, {'n': 3}]|sum(attribute='n')".to_owned(), json!(5)),
        ("{'b': 1, 'a': 2}|items".to_owned(), json!([{ "key": "a", "value": 2 }, { "key": "b", "value": 1 }])),
        ("{'b': 1, 'a': 2}|values".to_owned(), json!([2, 1])),
        ("{'b': 1, 'a': 2}|keys".to_owned(), json!(["a", "b"])),
        ("{'b': 1, 'a': 2}|list".to_owned(), json!(["a", "b"])),
        ("'{\"a\": [1, null]}'|from_json".to_owned(), json!({ "a": [1, null] })),
        ("('[1, 2]'|from_json)[1] + 1".to_owned(), json!(3)),
        ("{'a': [1, 'x']}|to_json".to_owned(), json!("{\"a\":[1,\"x\"]}")),
        ("'id=i-07 x'|regex_search('i-[0-9a-f]+')".to_owned(), json!("i-07")),
        ("'id=i-07 x'|regex_search('id=(\\\\S+)')".to_owned(), json!("i-07")),
        ("'none'|regex_search('i-')|default('?')".to_owned(), json!("?")),
        ("'a-b-c'|regex_replace('-(.)', '$1_')".to_owned(), json!("ab_c_")),
        ("'2026-01-31T23:30:00Z'|plus('1h')".to_owned(), json!("2026-02-01T00:30:00Z")),
        ("'2026-02-01'|minus('1d')|date".to_owned(), json!("2026-01-31")),
        ("'2026-07-01T12:00:00Z'|date('%d.%m.%Y %H:%M', 'Europe/Berlin')".to_owned(), json!("01.07.2026 14:00")),
        ("'2026-01-31T12:00:00+01:00'|date('%H:%M')".to_owned(), json!("11:00")),
        ("now()".to_owned(), json!("2026-01-31T12:00:00Z")),
        ("now()|plus('90s')|date('%H:%M:%S')".to_owned(), json!("12:01:30")),
        ("now() < (now()|plus('1s'))".to_owned(), json!(true)),
    ] {
        let mut scope = Scope::default();
        scope.set_now("2026-01-31T12:00:00.4Z".parse().expect("valid"));
        assert_eq!(evaluate(&text(&format!("${{ {code} }}")), &scope), Ok(expected), "{code}");
    }
}

#[test]
fn wrong_values_of_these_filters_are_errors_and_wrong_literals_are_found_before_a_run() {
    for (code, message) in [
        ("'soon'|plus('1h')", "`soon` is no point in time"),
        ("3|date", "`3` is no point in time"),
        ("'x'|from_json", "the text is no JSON"),
        ("'x'|list", "only a list has items"),
        ("[1]|items", "only a table has keys and values"),
        ("[{'a': 1}]|group_by('b')", "an item has no `b`"),
        ("'x'|regex_search('[' ~ 'a')", "regex parse error"),
        ("now", "`now` has no value"),
    ] {
        let found = message_of(&format!("${{ {code} }}"));
        assert!(found.contains(message), "{code}: {found}");
    }
    for (code, message) in [
        ("run.started|plus('1 hour')", "`1 hour` is no duration such as"),
        ("run.started|date('%H', 'Europe/Berlni')", "`Europe/Berlni` is no time zone"),
        ("run.started|date('%!')", "`%!` is no format"),
        ("steps.a|regex_search('[a')", "regex parse error"),
        ("steps.a|select('eqq', 1)", "`eqq` is no test"),
        ("steps.a|selectattr('a', 'eq')", "the test `eq` needs one argument"),
        ("now(1)", "the function `now` takes no argument"),
        ("env('HOME')", "`env` is no function"),
    ] {
        let error = references(&text(&format!("${{ {code} }}"))).expect_err(code);
        assert!(error.message.contains(message) && error.advice.is_some(), "{code}: {error:?}");
    }
}

#[test]
fn the_filters_for_lists_and_texts_are_charged_too() {
    let scope = large();
    for greedy in [
        format!("words{}", "|select('eq', item)".repeat(3)),
        format!("words{}", "|select('in', words)".repeat(2)),
        "words|group_by('x')|map(attribute='items')|length".to_owned(),
        "words|group_by(item)".to_owned(),
        format!("words{}", "|to_json|from_json".repeat(9)),
        format!("item{}", "|regex_search('(a+)')".repeat(20)),
        "item|regex_replace('a', item)".to_owned(),
        "item|regex_replace('', 'bb')".to_owned(),
        format!("words{}", "|list".repeat(30)),
    ] {
        let error = evaluate(&text(&format!("${{{greedy}}}")), &scope).expect_err(&greedy);
        assert!(error.is_bound || greedy.contains("group_by('x')"), "{greedy}: {error}");
    }
    let patterns = format!("${{{}}}", ["('a'|regex_search('(.{1,700})'))"; 60].join(" ~ "));
    assert!(evaluate(&text(&patterns), &scope).is_err_and(|error| error.is_bound), "compiling costs as well");
}

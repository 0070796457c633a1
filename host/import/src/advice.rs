//! What to do about the keys of Rundeck that have no counterpart. A table, one row for each kind of key.

/// Keys of a job, and what to do about them.
static KEYS: &[(&[&str], &str)] = &[
    (&["uuid", "id"], "nothing to do: a job is known by its name; the top of the file keeps the id"),
    (&["group"], "nothing to do, or sort the files into directories; a job must lie beside those that use it"),
    (&["loglevel"], "nothing to do: all that plugins log is kept, and whoever reads it chooses the level"),
    (&["tags", "defaultTab", "averageDuration", "notifyAvgDurationThreshold"], "nothing to do: it changes no run"),
    (&["scheduleEnabled"], "nothing to do, unless the job has a schedule"),
    (&["executionEnabled"], "nothing to do if it is true; otherwise keep the file away from who must not run it"),
    (
        &["schedule", "schedules", "timeZone"],
        "start `stepwell run` from a timer of the system, such as cron or systemd",
    ),
    (
        &["multipleExecutions", "maxMultipleExecutions"],
        "start the job only from a place that knows whether it runs already",
    ),
    (&["loglimit", "loglimitAction", "loglimitStatus"], "see [limits] of project.toml: log_events and log_bytes"),
    (
        &["nodefilters", "nodeIntersect", "filter", "dispatch"],
        "if the job has to run for several machines, give it an option with multiple = true and its steps a `for_each`",
    ),
    (&["orchestrator"], "give the step that runs for many items a `for_each`, with `concurrency`"),
    (
        &["onsuccess", "onfailure", "onstart", "onavgduration", "onretryablefailure", "notification"],
        "write a step under [[finally]] that tells of the run; `${run.outcome}` says how it ended",
    ),
    (&["runnerSelector"], "run `stepwell` on the machine that is meant"),
    (&["ExecutionLifecycle"], "see what the plugin did; steps under [[finally]] run in every ending"),
    (&["valuesUrl", "configRemoteUrl", "optionValuesPluginType"], "write the allowed values as values = […]"),
    (
        &[
            "hidden",
            "sortIndex",
            "sortValues",
            "valuesListDelimiter",
            "multivalueAllSelected",
            "nodeFilterEditable",
            "nodesSelectedByDefault",
        ],
        "nothing to do: it changes only Rundeck's form",
    ),
    (&["valueExposed"], "nothing to do: plugins get a placeholder for every secret"),
    (&["dateFormat"], "give the value in the form that the option's type asks for"),
    (&["nodeStep"], "where it has to run for several machines, give the step a `for_each`"),
    (
        &["importOptions", "autoSecureInput", "passSecureInput"],
        "write the options that the other job needs under `with`",
    ),
    (
        &["childNodes", "ignoreNotifications", "useName", "failOnDisable", "expandTokenInScriptFile"],
        "nothing to do: there is nothing that it could switch",
    ),
    (&["project"], "copy the other project's job into the directory of this one"),
    (
        &["plugins"],
        "see what they did: steps under [[finally]] run in every ending, and `capture` reads what a step logs",
    ),
    (&["errorhandler"], "write `on_error` on the step that needs it"),
    (
        &["args", "scriptInterpreter", "interpreterArgsQuoted", "fileExtension", "script", "exec"],
        "use a plugin that does the same",
    ),
    (&["logData", "hideOutput"], "nothing to do: what is captured is in the report of the run"),
    (&["invalidKeyPattern", "invalidCharactersPattern"], "nothing to do: the name of what is captured is fixed"),
];

/// Plugins of Rundeck that are no steps of ours, and what to do about them.
static TYPES: &[(&str, &str)] = &[
    ("export-var", "write `export = { name = \"…\" }` on the step whose value it is"),
    ("flow-control", "write `when` on the steps behind it, or `on_error` on the step before it"),
    ("job-state-conditional", "write `when` on the steps that depend on it"),
    ("log-data-step", "remove it: the report of a run shows what steps put out"),
    ("progress-badge", "remove it: it changed only what Rundeck shows"),
    ("nixy-local-node-step", "use a plugin that does what its script did"),
    ("nixy-local-workflow-step", "use a plugin that does what its script did"),
    ("nixy-waitfor-sleep-workflow-step", "use `wait = true` of the step that it waits for"),
];

/// What to do about a key without a counterpart.
pub fn of_key(key: &str) -> &'static str {
    KEYS.iter().find(|(keys, _)| keys.contains(&key)).map_or("see whether the job needs it", |(_, next)| next)
}

/// What to do about a step without a plugin.
pub fn of_type(provider: &str) -> &'static str {
    let found = TYPES.iter().find(|(known, _)| *known == provider);
    found
        .map_or("install a plugin of that name, or use one that does the same (`stepwell plugin list`)", |(_, next)| {
            next
        })
}

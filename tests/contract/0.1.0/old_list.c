/* A plugin of version 0.1 of the contract in C: it counts the EC2 instances of the first page.

   It was built with bindings of wit-bindgen's C generator. */

#include <stdlib.h>
#include <string.h>

#include "plugin.h"

#define SCHEMA "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"additionalProperties\":false"
#define OUTPUTS ",\"properties\":{\"instances\":{\"type\":\"integer\",\"description\":\"How many there are.\"}},\"required\":[\"instances\"]}"

void exports_stepwell_step_step_describe(exports_stepwell_step_step_description_t *description) {
  plugin_string_dup(&description->name, "old-list");
  plugin_string_dup(&description->version, "0.1.0");
  plugin_string_dup(&description->summary, "Counts instances through version 0.1 of the contract");
  plugin_string_dup(&description->config_schema, SCHEMA "}");
  plugin_string_dup(&description->outputs_schema, SCHEMA OUTPUTS);
  description->kinds.ptr = malloc(sizeof *description->kinds.ptr);
  description->kinds.ptr[0] = EXPORTS_STEPWELL_STEP_STEP_KIND_WORKFLOW_STEP;
  description->kinds.len = 1;
}

static void put(plugin_string_t *text, const char *before, size_t number, const char *after) {
  char digits[20];
  size_t used = 0, b = strlen(before), a = strlen(after);
  do {
    digits[used++] = '0' + number % 10;
    number /= 10;
  } while (number);
  text->len = b + used + a;
  text->ptr = malloc(text->len);
  memcpy(text->ptr, before, b);
  for (size_t i = 0; i < used; i++) text->ptr[b + i] = digits[used - 1 - i];
  memcpy(text->ptr + b + used, after, a);
}

bool exports_stepwell_step_step_start(exports_stepwell_step_step_invocation_t *invocation,
                                      exports_stepwell_step_step_outcome_t *outcome,
                                      exports_stepwell_step_step_failure_t *failure) {
  (void)invocation;
  stepwell_step_ec2_describe_instances_request_t request = {0};
  stepwell_step_ec2_describe_instances_response_t page;
  stepwell_step_ec2_call_error_t error;
  if (!stepwell_step_ec2_describe_instances(&request, &page, &error)) {
    plugin_string_dup(&failure->code, "AwsError");
    failure->message = error.message;
    failure->retryable = false;
    return false;
  }
  size_t instances = 0;
  for (size_t i = 0; i < page.reservations.len; i++) instances += page.reservations.ptr[i].instances.len;
  plugin_string_t text;
  put(&text, "", instances, " instances, counted in C");
  stepwell_step_log_line(STEPWELL_STEP_LOG_LEVEL_INFO, &text);
  outcome->tag = EXPORTS_STEPWELL_STEP_STEP_OUTCOME_DONE;
  put(&outcome->val.done, "{\"instances\":", instances, "}");
  return true;
}

static bool never_waited(exports_stepwell_step_step_failure_t *failure) {
  plugin_string_dup(&failure->code, "CheckpointInvalid");
  plugin_string_dup(&failure->message, "this plugin never waits");
  failure->retryable = false;
  return false;
}

bool exports_stepwell_step_step_resume(exports_stepwell_step_step_invocation_t *invocation, plugin_list_u8_t *checkpoint,
                                       exports_stepwell_step_step_outcome_t *outcome,
                                       exports_stepwell_step_step_failure_t *failure) {
  (void)invocation, (void)checkpoint, (void)outcome;
  return never_waited(failure);
}

bool exports_stepwell_step_step_cancel(exports_stepwell_step_step_invocation_t *invocation, plugin_list_u8_t *checkpoint,
                                       exports_stepwell_step_step_failure_t *failure) {
  (void)invocation, (void)checkpoint;
  return never_waited(failure);
}

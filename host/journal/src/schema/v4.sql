-- `cancel` is also 3: an operator asked to end the clean-up, too; and 4: and the run knows.
CREATE INDEX run_to_force ON run (lease) WHERE cancel = 3;

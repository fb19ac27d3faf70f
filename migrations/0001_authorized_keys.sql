CREATE TABLE `oauth_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`tokenHash` text NOT NULL,
	`apiKeyId` text NOT NULL,
	`clientId` text NOT NULL,
	`redirectUri` text NOT NULL,
	`challenge` text NOT NULL,
	`scope` text NOT NULL,
	`expires` integer NOT NULL,
	FOREIGN KEY (`apiKeyId`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_codes_tokenHash_unique` ON `oauth_codes` (`tokenHash`);--> statement-breakpoint
CREATE INDEX `oauth_codes_expiry` ON `oauth_codes` (`expires`);--> statement-breakpoint
CREATE INDEX `oauth_codes_api_key` ON `oauth_codes` (`apiKeyId`);--> statement-breakpoint
CREATE TABLE `ssh_compromised` (
	`userId` text NOT NULL,
	`fingerprint` text NOT NULL,
	`createDate` integer NOT NULL,
	PRIMARY KEY(`userId`, `fingerprint`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ssh_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`userId` text NOT NULL,
	`name` text NOT NULL,
	`comment` text,
	`algorithm` text NOT NULL,
	`publicKey` text NOT NULL,
	`fingerprint` text NOT NULL,
	`notBefore` integer,
	`notAfter` integer,
	`sourceAddress` text NOT NULL,
	`interactive` integer,
	`createDate` integer NOT NULL,
	`author` text NOT NULL,
	`updateDate` integer,
	`updatedBy` text,
	FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "ssh_keys_period" CHECK("ssh_keys"."notBefore" IS NULL OR "ssh_keys"."notAfter" IS NULL OR "ssh_keys"."notBefore" < "ssh_keys"."notAfter"),
	CONSTRAINT "ssh_keys_addresses" CHECK(json_array_length("ssh_keys"."sourceAddress") <= 64),
	CONSTRAINT "ssh_keys_interactive" CHECK("ssh_keys"."interactive" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ssh_keys_fingerprint` ON `ssh_keys` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `ssh_keys_user` ON `ssh_keys` (`userId`,`createDate`,`id`);--> statement-breakpoint
CREATE TABLE `ssh_span_ends` (
	`spanId` integer PRIMARY KEY NOT NULL,
	`endDate` integer NOT NULL,
	FOREIGN KEY (`spanId`) REFERENCES `ssh_spans`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `ssh_spans` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`keyId` text NOT NULL,
	`userId` text NOT NULL,
	`principal` text NOT NULL,
	`algorithm` text NOT NULL,
	`publicKey` text NOT NULL,
	`fingerprint` text NOT NULL,
	`startDate` integer NOT NULL,
	`endDate` integer,
	CONSTRAINT "ssh_spans_period" CHECK("ssh_spans"."endDate" IS NULL OR "ssh_spans"."startDate" < "ssh_spans"."endDate")
) STRICT;
--> statement-breakpoint
CREATE INDEX `ssh_spans_key` ON `ssh_spans` (`keyId`);--> statement-breakpoint
ALTER TABLE `users` ADD `profile` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `author` text;--> statement-breakpoint
ALTER TABLE `users` ADD `updateDate` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `updatedBy` text;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_bound` BEFORE INSERT ON `ssh_keys`
WHEN (SELECT count(*) FROM `ssh_keys` WHERE `userId` = NEW.`userId`) >= 100
BEGIN SELECT RAISE(ABORT, 'ssh_keys_bound'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_keep_user` BEFORE UPDATE OF `userId` ON `ssh_keys`
WHEN NEW.`userId` <> OLD.`userId`
BEGIN SELECT RAISE(ABORT, 'ssh_keys_keep_user'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_never_compromised` BEFORE INSERT ON `ssh_keys`
WHEN EXISTS (SELECT 1 FROM `ssh_compromised` WHERE `userId` = NEW.`userId` AND `fingerprint` = NEW.`fingerprint`)
BEGIN SELECT RAISE(ABORT, 'ssh_keys_never_compromised'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_never_changed_to_compromised` BEFORE UPDATE OF `fingerprint` ON `ssh_keys`
WHEN EXISTS (SELECT 1 FROM `ssh_compromised` WHERE `userId` = NEW.`userId` AND `fingerprint` = NEW.`fingerprint`)
BEGIN SELECT RAISE(ABORT, 'ssh_keys_never_changed_to_compromised'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_one_open` BEFORE INSERT ON `ssh_spans`
WHEN EXISTS (SELECT 1 FROM `ssh_spans` WHERE `keyId` = NEW.`keyId`
  AND NOT EXISTS (SELECT 1 FROM `ssh_span_ends` WHERE `spanId` = `ssh_spans`.`id`))
BEGIN SELECT RAISE(ABORT, 'ssh_spans_one_open'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_no_update` BEFORE UPDATE ON `ssh_spans`
BEGIN SELECT RAISE(ABORT, 'ssh_spans_no_update'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_no_delete` BEFORE DELETE ON `ssh_spans`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0
BEGIN SELECT RAISE(ABORT, 'ssh_spans_no_delete'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_span_ends_no_update` BEFORE UPDATE ON `ssh_span_ends`
BEGIN SELECT RAISE(ABORT, 'ssh_span_ends_no_update'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_span_ends_no_delete` BEFORE DELETE ON `ssh_span_ends`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0
BEGIN SELECT RAISE(ABORT, 'ssh_span_ends_no_delete'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_compromised_no_update` BEFORE UPDATE ON `ssh_compromised`
BEGIN SELECT RAISE(ABORT, 'ssh_compromised_no_update'); END;--> statement-breakpoint
CREATE TRIGGER `ssh_compromised_no_delete` BEFORE DELETE ON `ssh_compromised`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0
BEGIN SELECT RAISE(ABORT, 'ssh_compromised_no_delete'); END;

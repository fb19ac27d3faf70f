/** Values that the examples of several routes share; the tests register what they speak of. */

export const USER_ID = "f2f448d8-0397-4894-982f-9a58a43921db";
export const KEY_ID = "2765b005-4ce1-4b2b-a9ca-ee6c4d6f2792";
export const USERNAME = "joe@example.com";
/** The one directory that users here come from; a constant, since there is no other. */
export const LOCAL_SOURCE = "7a1d3a3e-0f5c-5b8e-9c55-6f1d6a0f4b21";

export const PUBLIC_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAINP2SOOawOVQqrC0oKjwyMWYy8fVqQOJWGqvjMKdvuN1";
export const FINGERPRINT = "SHA256:tvP9yGDZwwztafx83gh4A0a9lzAN9wTXXvSopt9XE/M";

export const KEY_BODY = {
  name: "work",
  comment: "Joe's work laptop key",
  public_key: PUBLIC_KEY,
  not_before: "2020-07-31T17:32:28Z",
  not_after: "2032-07-31T17:32:28Z",
  source_address: ["192.168.100.0/24"],
};

export const KEY = {
  id: KEY_ID,
  username: USERNAME,
  user_id: USER_ID,
  source: LOCAL_SOURCE,
  ...KEY_BODY,
  expires_in: 123,
  fingerprints: [FINGERPRINT],
  created: "2020-07-31T17:32:28Z",
  author: USER_ID,
};

export const USER = {
  id: USER_ID,
  username: USERNAME,
  full_name: "Joe Example",
  email: USERNAME,
  tags: ["engineering"],
  created: "2020-07-31T17:32:28Z",
  author: USER_ID,
};

export const ROLE_USER = {
  id: USER_ID,
  principal: USERNAME,
  source: LOCAL_SOURCE,
  source_user_id: USER_ID,
  full_name: "Joe Example",
  email: USERNAME,
  tags: ["engineering"],
  roles: [],
  created: "2020-07-31T17:32:28Z",
  author: USER_ID,
};

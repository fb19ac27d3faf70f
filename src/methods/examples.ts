/** Values that the examples of several declarations share; the tests register what they speak of. */

export const HOST_PUB_KEY = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
export const USER_PUB_KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";
export const HOST_URL = "https://bridge.example.com/api/v2.0";

export const KEY_OWNER = {
  userId: "user1",
  instanceId: HOST_PUB_KEY,
  contextId: "32fcd0b5-ceb5-44a7-9990-0d999b9718e6",
} as const;

export const CREATE_DATE = 1752006667020;
export const IDENTITY = { ...KEY_OWNER, userPubKey: USER_PUB_KEY, createDate: CREATE_DATE } as const;
export const HOST = { instanceId: HOST_PUB_KEY, hostPubKey: HOST_PUB_KEY, addresses: [HOST_URL] };

export const API_KEY_ID = "7Q1xMZcDNWwRtLPaT4kSGb";
export const SECRET = "myverylongandsecuresecretforapikey";
export const TOKENS = {
  accessToken: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIifQ.c2ln",
  accessTokenExpiresIn: 900_000,
  refreshToken: "AU93bmVyIG9mIHRoaXMgc2Vzc2lvbiwgb25jZQ",
  refreshTokenExpiresIn: 604_800_000,
  tokenType: "Bearer" as const,
  scope: ["user:read", "user:write"],
};

export const AUDIT_ENTRY = {
  date: CREATE_DATE,
  part: 0,
  method: "pkiAdmin/setKey",
  action: "key_history.create",
  subject: KEY_OWNER,
  apiKeyId: API_KEY_ID,
};

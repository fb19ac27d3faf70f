/** Values to try things with, as the PKI server's API document has them. No private key to these is known here. */
export const SAMPLE_HOST_KEY = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
export const SAMPLE_URL = "https://bridge.example.com/api/v2.0";
export const SAMPLE_USER_KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";
